import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import { Fleet } from '../../src/core/fleet.ts';
import type { Ground } from '../../src/core/ground.ts';
import { Parking } from '../../src/core/parking.ts';
import type { Roster } from '../../src/core/roster.ts';
import type { WatchedAgent } from '../../src/core/watched-agent.ts';
import type { Event, NewEvent } from '../../src/model/event.ts';
import type { Message, ReceiptState } from '../../src/model/message.ts';
import { ProfileSchema } from '../../src/model/profile.ts';
import type { AgentState } from '../../src/model/state.ts';
import { AgentSpecFiles } from '../../src/store/agent-spec-files.ts';
import { loadConfig } from '../../src/store/config-file.ts';
import { ParkingFile } from '../../src/store/parking-file.ts';
import { agentSpec } from '../helpers/agent-spec.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { message } from '../helpers/message.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const profile = ProfileSchema.parse({
  name: 'stand-in',
  title: 'Stand-in',
  processes: [{ program: 'x' }],
  delivery: { prompt: 'box' },
  resumesByItself: 'Continuing automatically',
});

let folder: string;
let clock: FakeClock;
let fleet: Fleet;
let agents: Map<string, WatchedAgent>;
let events: NewEvent[];
let sent: Message[];
let screens: Map<string, string>;
let parking: Parking;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-parking-'));
  clock = new FakeClock();
  fleet = new Fleet(new AgentSpecFiles(folder, process.getuid?.() ?? 0));
  agents = new Map();
  events = [];
  sent = [];
  screens = new Map();
  for (const name of ['ada', 'bob', 'eve']) add(name);
});

afterEach(() => {
  parking.close();
  rmSync(folder, { recursive: true, force: true });
});

function add(name: string, change: Partial<WatchedAgent> = {}): void {
  const pane = { id: `%${agents.size}` };
  const server = { pid: 1, startTime: 1 };
  if (change.management !== 'observed')
    fleet.put(agentSpec({ name, pane: { ...pane, server, bootId: 'x' } }));
  const fold = { state: 'busy' as AgentState, resetText: null };
  agents.set(name, {
    name,
    management: 'managed',
    profile,
    pane,
    fold,
    resetAt: null,
    ...change,
  } as WatchedAgent);
}

function open(limits: Record<string, unknown> = {}): void {
  const flags = Object.fromEntries(Object.entries(limits).map(([key, value]) => [`limits.${key}`, value]));
  const settings = loadConfig({ directory: folder, env: {}, flags });
  const emit = (event: NewEvent) => {
    events.push(event);
    parking.note({ v: 1, at: '', ...event } as Event);
  };
  const roster = { findByName: (name: string) => agents.get(name) } as Roster;
  const ground = { clock, fleet, roster, emit, settings: () => settings } as unknown as Ground;
  parking = new Parking({
    ground,
    file: new ParkingFile(folder),
    random: () => 0,
    readScreenEnd: async (name) => screens.get(name) ?? '',
    onFatal: (error) => {
      throw error;
    },
    mail: {
      sendContinue: (to, text, idempotencyKey) => {
        const known = sent.find((one) => one.to === to && one.idempotencyKey === idempotencyKey);
        const one = known ?? message({ to, text, idempotencyKey, continues: true });
        if (known === undefined) sent.push(one);
        return one;
      },
      get: (id) => {
        const found = sent.find((one) => one.id === id);
        if (found === undefined) throw new OrchestratorError('NOT_FOUND', id);
        return found;
      },
      withdraw: (id) => receive(id, 'cancelled'),
    },
  });
  parking.open();
}

/** The watch reads a state; `resetMs` from now. */
function show(name: string, state: AgentState, resetMs?: number): void {
  const agent = agents.get(name);
  if (agent === undefined) throw new Error(name);
  const from = agent.fold.state;
  agent.fold = { ...agent.fold, state };
  agent.resetAt = resetMs === undefined ? null : clock.now() + resetMs;
  const reset = state === 'limited' ? { text: '', at: null } : null;
  const told = {
    agent: name,
    profile: 'stand-in',
    pane: agent.pane.id,
    from,
    to: state,
    evidence: [],
    reset,
  };
  parking.note({ v: 1, at: '', type: 'agent.state', ...told });
}

function receive(id: string, state: ReceiptState): void {
  const i = sent.findIndex((one) => one.id === id);
  const before = sent[i];
  if (before === undefined || before.receipt.state === 'submitted') return;
  sent[i] = { ...before, receipt: { ...before.receipt, state } };
  const from = 'tmux-orchestrator';
  const told = { message: id, agent: before.to, from, state, reason: null };
  parking.note({ v: 1, at: '', type: 'message.receipt', ...told });
}

/** Lets time pass in steps, as what reads a screen comes back later. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= SECOND) {
    clock.advance(Math.min(SECOND, left));
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

const texts = () => sent.map(({ to }) => to);
const told = (type: string) => events.filter((event) => event.type === type);

describe('an agent at its limit', () => {
  it('is told to go on a margin behind the end of its limit, and not before', async () => {
    open();
    show('ada', 'limited', 10 * MINUTE);
    expect(told('agent.parked')).toMatchObject([{ agent: 'ada', why: 'limit' }]);
    await pass(11 * MINUTE - SECOND);
    expect(sent).toEqual([]);
    await pass(2 * SECOND);
    expect(sent).toMatchObject([{ to: 'ada', continues: true, text: expect.stringContaining('go on') }]);
    await pass(60 * MINUTE);
    expect(sent.length).toBe(1);
  });

  it('works again because it was told', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    await pass(MINUTE + SECOND);
    receive(sent[0]?.id ?? '', 'submitted');
    show('ada', 'busy');
    expect(told('agent.unparked')).toMatchObject([{ agent: 'ada', how: 'told' }]);
    expect(fleet.isParked('ada')).toBe(false);
  });

  it('that a person set to work before is told nothing', async () => {
    open();
    show('ada', 'limited', 10 * MINUTE);
    await pass(MINUTE);
    show('ada', 'busy');
    expect(told('agent.unparked')).toMatchObject([{ how: 'person' }]);
    await pass(30 * MINUTE);
    expect(sent).toEqual([]);
  });

  it('that works before the word reached it loses the word', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    await pass(MINUTE + SECOND);
    show('ada', 'busy');
    expect(sent).toMatchObject([{ receipt: { state: 'cancelled' } }]);
    expect(told('agent.unparked')).toMatchObject([{ how: 'by-itself' }]);
  });

  it('that still shows the limit a minute after it was told is parked again', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    await pass(MINUTE + SECOND);
    receive(sent[0]?.id ?? '', 'submitted');
    await pass(MINUTE + SECOND);
    expect(told('agent.parked').length).toBe(2);
    await pass(15 * MINUTE);
    expect(texts()).toEqual(['ada', 'ada']);
  });

  it('that stops again right after it was told waits longer each time', async () => {
    open();
    const tellings: number[] = [];
    show('ada', 'limited');
    const start = clock.now();
    for (let i = 0; i < 4; i++) {
      const before = sent.length;
      for (let left = 200; left > 0 && sent.length === before; left--) await pass(MINUTE);
      tellings.push(Math.round((clock.now() - start) / MINUTE));
      receive(sent.at(-1)?.id ?? '', 'submitted');
      show('ada', 'busy');
      show('ada', 'limited');
    }
    expect(tellings).toEqual([15, 30, 60, 120]);
  });

  it('waits for the later end that its screen shows meanwhile', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited');
    const agent = agents.get('ada');
    if (agent) agent.resetAt = clock.now() + 60 * MINUTE;
    await pass(59 * MINUTE);
    expect(sent).toEqual([]);
    await pass(2 * MINUTE);
    expect(texts()).toEqual(['ada']);
  });

  it.each([
    ['is paused', () => fleet.update('ada', { paused: { since: new Date().toISOString() } })],
    ['goes on by itself', () => screens.set('ada', 'Continuing automatically at 10:49pm · Esc to cancel')],
    ['has a draft in its prompt', () => show('ada', 'draft')],
  ])('that %s is told nothing', async (_, prepare) => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    prepare();
    await pass(60 * MINUTE);
    expect(sent).toEqual([]);
  });

  it('is told nothing where the configuration says so', async () => {
    open({ continue: false });
    show('ada', 'limited', MINUTE);
    await pass(60 * MINUTE);
    expect(sent).toEqual([]);
  });

  it('that is only observed is none of our business', async () => {
    add('claude-9', { management: 'observed' });
    open();
    show('claude-9', 'limited', MINUTE);
    await pass(60 * MINUTE);
    expect([sent, events]).toEqual([[], []]);
  });

  it('keeps its place under another name', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    fleet.rename('ada', 'zoe');
    const agent = agents.get('ada');
    if (agent) agents.set('zoe', Object.assign(agent, { name: 'zoe' }));
    agents.delete('ada');
    parking.note({ v: 1, at: '', type: 'agent.renamed', agent: 'zoe', from: 'ada', profile: 'stand-in' });
    await pass(MINUTE + SECOND);
    expect(texts()).toEqual(['zoe']);
  });
});

describe('several agents', () => {
  it('go on one after the other', async () => {
    open({ marginMs: 0, spacingMs: 5_000 });
    for (const name of ['ada', 'bob', 'eve']) show(name, 'limited', MINUTE);
    const counts: number[] = [];
    await pass(MINUTE);
    for (let i = 0; i < 4; i++) {
      counts.push(sent.length);
      await pass(4 * SECOND);
    }
    expect(counts).toEqual([1, 1, 2, 3]);
  });

  it('keep their distance also when one that was told is looked at meanwhile', async () => {
    open({ marginMs: 0, spacingMs: 120_000 });
    for (const name of ['ada', 'bob']) show(name, 'limited', MINUTE);
    await pass(MINUTE + SECOND);
    receive(sent[0]?.id ?? '', 'submitted');
    await pass(90 * SECOND);
    expect(texts()).toEqual(['ada']);
    await pass(35 * SECOND);
    expect(texts()).toEqual(['ada', 'bob']);
  });

  it('do not wait for one that cannot be told anything now', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    show('bob', 'limited', 2 * MINUTE);
    show('ada', 'draft');
    await pass(2 * MINUTE + 10 * SECOND);
    expect(texts()).toEqual(['bob']);
  });

  it('that share an account wait together, and are let go one after the other', async () => {
    open({ marginMs: 0, spacingMs: 10_000, accounts: { work: { agents: ['ada', 'bob', 'eve'] } } });
    show('bob', 'idle');
    show('eve', 'idle');
    show('ada', 'limited', MINUTE);
    expect(['ada', 'bob', 'eve'].map((name) => fleet.isParked(name))).toEqual([true, true, true]);
    await pass(MINUTE + SECOND);
    expect(texts()).toEqual(['ada']);
    receive(sent[0]?.id ?? '', 'submitted');
    show('ada', 'busy');
    expect(['bob', 'eve'].map((name) => fleet.isParked(name))).toEqual([true, true]);
    await pass(11 * SECOND);
    expect(['bob', 'eve'].map((name) => fleet.isParked(name))).toEqual([false, true]);
    await pass(10 * SECOND);
    expect(fleet.isParked('eve')).toBe(false);
    expect(texts()).toEqual(['ada']);
  });

  it('that share nothing do not wait for each other', () => {
    open();
    show('ada', 'limited', MINUTE);
    expect(fleet.isParked('bob')).toBe(false);
  });
});

describe('a new worker', () => {
  it('goes on where the old one stopped, and tells nobody twice', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    parking.close();
    open({ marginMs: 0 });
    expect(told('agent.parked').length).toBe(1);
    await pass(MINUTE + SECOND);
    expect(texts()).toEqual(['ada']);
    parking.close();
    open({ marginMs: 0 });
    await pass(10 * MINUTE);
    expect(texts()).toEqual(['ada']);
  });

  it('that never learned that the old one had told an agent does not tell it twice, and looks whether it works', async () => {
    open({ marginMs: 0 });
    show('ada', 'limited', MINUTE);
    await pass(2 * SECOND);
    const file = readFileSync(join(folder, 'parking.json'));
    await pass(MINUTE);
    receive(sent[0]?.id ?? '', 'submitted');
    parking.close();
    writeFileSync(join(folder, 'parking.json'), file);
    open({ marginMs: 0 });
    await pass(MINUTE);
    expect(texts()).toEqual(['ada']);
    await pass(20 * MINUTE);
    expect(texts()).toEqual(['ada', 'ada']);
  });

  it('finds who came to a limit, or works again, while there was none', () => {
    open();
    show('ada', 'limited', MINUTE);
    parking.close();
    const [ada, bob] = [agents.get('ada'), agents.get('bob')];
    if (ada && bob) [ada.fold.state, bob.fold.state] = ['idle', 'limited'];
    open();
    expect(told('agent.unparked')).toMatchObject([{ agent: 'ada' }]);
    expect(told('agent.parked')).toMatchObject([{ agent: 'ada' }, { agent: 'bob' }]);
  });

  it('finds one agent on the disk at once, and a crowd after a second, written twice', async () => {
    for (let i = 0; i < 50; i++) add(`agent-${i}`);
    open();
    const parked = () => JSON.parse(readFileSync(join(folder, 'parking.json'), 'utf8')).parked.length;
    show('ada', 'limited', MINUTE);
    expect(parked()).toBe(1);
    for (let i = 0; i < 50; i++) show(`agent-${i}`, 'limited', MINUTE);
    expect(parked()).toBe(1);
    await pass(SECOND);
    expect(parked()).toBe(51);
  });

  it('does without a file that is broken', async () => {
    writeFileSync(join(folder, 'parking.json'), '{"v":1,"parked":[{"agent":3}]');
    open();
    show('ada', 'limited', MINUTE);
    await pass(2 * SECOND);
    const file = JSON.parse(readFileSync(join(folder, 'parking.json'), 'utf8'));
    expect(file.parked).toMatchObject([{ agent: 'ada', why: 'limit', told: null }]);
  });
});

describe('an agent that a fault of its API stopped', () => {
  it('is told to go on five times at growing distances, and then told of once', async () => {
    open();
    screens.set('ada', '● API Error: 500 Internal server error');
    const tellings: number[] = [];
    const start = clock.now();
    show('ada', 'error');
    await settle();
    for (let i = 0; i < 5; i++) {
      const before = sent.length;
      for (let left = 40; left > 0 && sent.length === before; left--) await pass(MINUTE);
      tellings.push(Math.round((clock.now() - start) / MINUTE));
      receive(sent.at(-1)?.id ?? '', 'submitted');
      show('ada', 'busy');
      show('ada', 'error');
      await settle();
    }
    expect(tellings).toEqual([1, 3, 8, 18, 48]);
    await pass(120 * MINUTE);
    expect(sent.length).toBe(5);
    expect(told('agent.parked').map((event) => 'until' in event && event.until !== null)).toEqual([
      ...[true, true, true, true, true, false],
    ]);
  });

  it.each(['● Please run /login · API Error: 403', 'Prompt is too long'])(
    'is left alone when its screen says %s',
    async (text) => {
      open();
      screens.set('ada', text);
      show('ada', 'error');
      await pass(60 * MINUTE);
      expect([sent, events]).toEqual([[], []]);
    },
  );

  it('keeps getting its mail as the gate says: only a limit holds it back', async () => {
    open();
    screens.set('ada', '529 Overloaded');
    show('ada', 'error');
    await settle();
    expect(told('agent.parked').length).toBe(1);
    expect(fleet.isParked('ada')).toBe(false);
  });
});
