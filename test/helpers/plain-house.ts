import { systemClock } from '../../src/base/clock.ts';
import { OrchestratorError } from '../../src/base/errors.ts';
import { EventBus } from '../../src/core/event-bus.ts';
import { EventRing } from '../../src/core/event-ring.ts';
import { Metrics } from '../../src/core/metrics.ts';
import { SystemStatus } from '../../src/core/system-status.ts';
import { TokenBook } from '../../src/core/token-book.ts';
import type { Agent, WorkerState } from '../../src/model/agent.ts';
import type { Evidence } from '../../src/model/ending.ts';
import type { Message, Sender } from '../../src/model/message.ts';
import type { Schedule } from '../../src/model/schedule.ts';
import type { House } from '../../src/operations/house.ts';
import type { EventPage } from '../../src/store/event-pages.ts';
import { agentState, workerState } from './cli-room.ts';
import { message } from './message.ts';

/** A house of plain objects for the doors: it remembers what was asked of it, and waits until it is told. */
export interface PlainHouse extends House {
  /** What the live stream tells. */
  bus: EventBus;
  /** The journal, newest first. */
  journal: EventPage;
  /** Whether all panes were looked at. */
  hasLooked: boolean;
  tmuxStatus: WorkerState['tmux']['status'];
  /** Names and arguments of everything that was asked. */
  calls: { name: string; input: unknown; by?: Sender }[];
  /** What `agent.list` and the others find. */
  known: Map<string, Agent>;
  /** What becomes of messages. */
  receipt: Partial<Message['receipt']>;
  evidence: Evidence[];
  /** Waits under way, and those that were called off. */
  waits: { open: number; aborted: number };
  /** Answers all waits: reached, or with the receipt as it is by then. */
  release(): void;
  /** Thrown by the next call. */
  failure: unknown;
}

export function plainHouse(): PlainHouse {
  const bus = new EventBus(systemClock);
  const waiting = new Set<() => void>();
  const wait = (signal: AbortSignal, timeoutMs: number) =>
    new Promise<boolean>((resolve) => {
      house.waits.open++;
      const end = (reached: boolean) => {
        clearTimeout(timer);
        waiting.delete(release);
        house.waits.open--;
        resolve(reached);
      };
      const release = () => end(true);
      const timer = setTimeout(() => end(false), timeoutMs);
      waiting.add(release);
      signal.addEventListener('abort', () => {
        house.waits.aborted++;
        end(false);
      });
    });
  const note = (name: string, input: unknown, by?: Sender) => {
    house.calls.push({ name, input, ...(by === undefined ? {} : { by }) });
    const { failure } = house;
    house.failure = undefined;
    if (failure !== undefined) throw failure;
  };
  const find = (name: string): Agent => {
    const agent = house.known.get(name);
    if (agent !== undefined) return agent;
    throw new OrchestratorError('NOT_FOUND', `no managed agent is called ${JSON.stringify(name)}`, {
      field: 'name',
    });
  };
  const shelf = {
    name: 'x',
    description: 'x',
    source: 'user' as const,
    path: '/x',
    trusted: true,
    problem: null,
  };
  const trusted = { path: '/x', hash: 'x', at: new Date(0).toISOString() };
  const system = new SystemStatus({
    describeWorker: () => {
      const { v: _, agents: __, stoppedAt: ___, ...facts } = workerState();
      return { ...facts, tmux: { ...facts.tmux, status: house.tmuxStatus }, hasLooked: house.hasLooked };
    },
    agents: () => house.agents.list(),
    messages: () => [messageTo('claude-3', { receipt: receiptOf(house) })],
  });
  const metrics = new Metrics({ describe: () => system.get(), findMessage: (id) => house.messages.get(id) });
  bus.listen((event) => metrics.note(event));
  const house: PlainHouse = {
    calls: [],
    bus,
    journal: { events: [], next: null },
    hasLooked: true,
    tmuxStatus: 'connected',
    events: {
      live: new EventRing({ bus, run: 'test' }),
      list: (filter) => {
        note('events', filter);
        return house.journal;
      },
    },
    system,
    metrics,
    known: new Map([['claude-3', agentState({ name: 'claude-3', management: 'managed' })]]),
    receipt: {},
    evidence: [],
    waits: { open: 0, aborted: 0 },
    failure: undefined,
    release: () => {
      for (const one of waiting) one();
    },
    agents: {
      list: () => [...house.known.values()],
      get: (name) => find(name),
      spawn: async (request, by) => {
        note('spawn', request, by);
        const agent = agentState({
          name: request.name,
          management: 'managed',
          state: 'starting',
          pane: '%5',
        });
        house.known.set(request.name, agent);
        return agent;
      },
      adopt: async (pane, name, options) => {
        note('adopt', { pane, name, ...options });
        return agentState({ name, pane, management: 'managed' });
      },
      release: async (name) => {
        note('release', { name });
        return { ...find(name), management: 'observed' };
      },
      stop: async (name, options) => {
        note('stop', { name, ...options });
        find(name);
      },
      restart: async (name, options) => {
        note('restart', { name, ...options });
        return find(name);
      },
      interrupt: async (name) => {
        note('interrupt', { name });
        return find(name);
      },
      pause: async (name) => {
        note('pause', { name });
        return { ...find(name), paused: true };
      },
      resume: async (name) => {
        note('resume', { name });
        return find(name);
      },
      rename: async (name, to) => {
        note('rename', { name, to });
        return { ...find(name), name: to };
      },
      read: async (name) => `screen of ${find(name).name}`,
      evidence: (name) => {
        find(name);
        return house.evidence;
      },
      wait: async (name, { states, timeoutMs, signal }) => {
        note('wait', { name, states, timeoutMs });
        const reached = states.includes(find(name).state) || (await wait(signal, timeoutMs));
        return { reached, agent: find(name) };
      },
    },
    messages: {
      send: async (to, content, from) => {
        note('send', { to, ...content }, from);
        find(to);
        return messageTo(to, { text: content.text, from, receipt: receiptOf(house) });
      },
      broadcast: async (target, content, from) => {
        note('broadcast', { ...target, ...content }, from);
        return [...house.known.keys()].map((to) => messageTo(to, { from, receipt: receiptOf(house) }));
      },
      list: (filter) => {
        note('list', filter);
        return [messageTo('claude-3', { receipt: receiptOf(house) })];
      },
      get: (id) => messageTo('claude-3', { id, receipt: receiptOf(house) }),
      cancel: async (id) => {
        note('cancel', { id });
        return messageTo('claude-3', { id, receipt: { ...receiptOf(house), state: 'cancelled' } });
      },
      retry: async (id) => {
        note('retry', { id });
        return messageTo('claude-3', { id, receipt: receiptOf(house) });
      },
      wait: async (id, { until, timeoutMs, signal }) => {
        note('message.wait', { id, until, timeoutMs });
        if (house.receipt.state === undefined) await wait(signal, timeoutMs);
        return messageTo('claude-3', { id, receipt: receiptOf(house) });
      },
      answer: async (name, choice) => {
        note('answer', { name, ...choice });
        return find(name);
      },
    },
    roles: {
      list: () => [shelf],
      get: (name) => ({
        value: { name, description: 'x', args: [], env: {}, briefing: 'x' },
        entry: shelf,
        refused: [],
      }),
      create: () => '/x',
    },
    teams: {
      list: () => [shelf],
      get: (name) => ({
        value: {
          ...{ name, description: 'x', lead: 'a', members: [{ name: 'a' }] },
          ...{ escalation: { enabled: true }, restore: false },
        },
        entry: shelf,
        refused: [],
      }),
      status: () => [],
      up: async () => [],
      down: async () => [],
    },
    trust: { list: () => [trusted], add: () => trusted, remove: () => trusted },
    tokens: new TokenBook({ file: { read: () => [], write: () => {} }, clock: systemClock }),
    audit: { list: () => [] },
    usage: { read: () => null },
    reports: {
      get: async ({ since, team }) => {
        note('report', { since, team });
        const at = new Date(0).toISOString();
        return { since: at, until: at, from: null, unwatchedMs: 0, agents: [] };
      },
    },
    schedules: {
      add: (request, { sender }) => {
        note('schedule.add', request, sender);
        return scheduleOf(request.name ?? 'x');
      },
      list: () => [scheduleOf('a'), scheduleOf('b')],
      get: (name) => scheduleOf(name),
      pause: (name, by) => {
        note('schedule.pause', { name }, by);
        return { ...scheduleOf(name), paused: true };
      },
      resume: (name, by) => {
        note('schedule.resume', { name }, by);
        return scheduleOf(name);
      },
      remove: (name, by) => {
        note('schedule.remove', { name }, by);
        return scheduleOf(name);
      },
      run: async (name, by) => {
        note('schedule.run', { name }, by);
        const at = new Date(0).toISOString();
        return { due: at, at, outcome: 'fired', reason: null, messages: ['0123456789'] };
      },
      upcoming: (count, name) => {
        note('schedule.next', { count, name });
        return [{ name: name ?? 'a', at: new Date(0).toISOString() }];
      },
    },
    notices: {
      list: (filter) => {
        note('notice.list', filter);
        return [];
      },
      acknowledge: (id) => {
        throw new OrchestratorError('NOT_FOUND', `there is no notice ${id}`, { field: 'id' });
      },
      acknowledgeAll: () => 0,
      notifiers: () => [],
      test: async (name, options) => note('notifier.test', { name, ...options }),
      finishTeam: (team, by) => {
        note('team.done', { team }, by);
        return { team, at: new Date(0).toISOString() };
      },
      reopenTeam: (team) => note('team.reopen', { team }),
    },
  };
  return house;
}

function scheduleOf(name: string): Schedule {
  const at = new Date(0).toISOString();
  return {
    ...{
      v: 1,
      name,
      text: 'go on',
      gate: null,
      missed: 'catch-up',
      paused: false,
      createdAt: at,
      last: null,
    },
    timing: { kind: 'every', everyMs: 60_000, from: at },
    target: { kind: 'agent', name: 'claude-3' },
    by: { kind: 'user', name: 'user' },
    next: at,
  };
}

function receiptOf({ receipt }: PlainHouse): Message['receipt'] {
  const at = new Date().toISOString();
  return { state: 'accepted', at, reason: null, detail: null, evidence: null, answer: null, ...receipt };
}

function messageTo(to: string, change: Partial<Message> = {}): Message {
  return message({ to, idempotencyKey: 'secret-key', ...change });
}
