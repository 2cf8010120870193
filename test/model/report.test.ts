import { describe, expect, it } from 'vitest';
import type { Event, NewEvent } from '../../src/model/event.ts';
import { ReportFold } from '../../src/model/report.ts';
import type { AgentState } from '../../src/model/state.ts';

const START = Date.parse('2026-11-23T08:00:00Z');
const MINUTE = 60_000;
const toInstant = (minute: number) => new Date(START + minute * MINUTE).toISOString();

type Timed = [minute: number, event: NewEvent];

function found(minute: number, agent = 'ada'): Timed {
  return [minute, { type: 'agent.found', agent, profile: 'claude', pane: '%1' }];
}

function state(minute: number, from: AgentState, to: AgentState, agent = 'ada'): Timed {
  const more = { agent, profile: 'claude', pane: '%1', evidence: [], reset: null };
  return [minute, { type: 'agent.state', from, to, ...more }];
}

function of(minute: number, event: object): Timed {
  return [minute, { agent: 'ada', profile: 'claude', ...event } as NewEvent];
}

/** The report about minutes 60 to 120. */
function report(events: readonly Timed[], there: readonly string[] = ['ada']) {
  const fold = new ReportFold(START + 60 * MINUTE, START + 120 * MINUTE);
  for (const [minute, event] of events) fold.note({ v: 1, at: toInstant(minute), ...event } as Event);
  return fold.finish((name) => there.includes(name));
}

function minutes(states: Readonly<Record<string, number>> = {}) {
  return Object.fromEntries(Object.entries(states).map(([name, ms]) => [name, ms / MINUTE]));
}

describe('a report', () => {
  it('adds up the time in each state, cut at both ends', () => {
    const { agents } = report([
      found(10),
      state(20, 'unknown', 'idle'),
      state(70, 'idle', 'busy'),
      state(80, 'busy', 'idle'),
      state(90, 'idle', 'busy'),
      state(130, 'busy', 'idle'),
    ]);
    expect(minutes(agents[0]?.states)).toEqual({ idle: 20, busy: 40 });
  });

  it('counts the state that goes on to the end only for who is still there', () => {
    const events = [found(10), state(70, 'unknown', 'busy')];
    expect(minutes(report(events).agents[0]?.states)).toEqual({ unknown: 10, busy: 50 });
    expect(minutes(report(events, []).agents[0]?.states)).toEqual({ unknown: 10 });
  });

  it('leaves out who was gone before', () => {
    const gone = of(50, { type: 'agent.gone', pane: '%1', last: 'idle' });
    expect(report([found(10), gone], []).agents).toEqual([]);
  });

  it('tells the longest time on end in which a person was waited for', () => {
    const { agents } = report([
      found(10),
      state(30, 'unknown', 'approval'),
      state(65, 'approval', 'busy'),
      state(70, 'busy', 'question'),
      state(80, 'question', 'approval'),
      state(95, 'approval', 'busy'),
    ]);
    expect((agents[0]?.longestWaitMs ?? 0) / MINUTE).toBe(25);
  });

  it('counts messages by receipt, starts, ends, holds and limits', () => {
    const receipt = (at: number, to: string) =>
      of(at, { type: 'message.receipt', message: 'x', from: 'user', state: to, reason: null });
    const { agents } = report([
      found(10),
      receipt(50, 'accepted'),
      ...['accepted', 'waiting', 'delivering', 'submitted', 'answered'].map((to) => receipt(61, to)),
      ...['accepted', 'expired'].map((to) => receipt(62, to)),
      state(59, 'unknown', 'limited'),
      state(63, 'limited', 'busy'),
      state(64, 'busy', 'limited'),
      of(65, { type: 'agent.ended', how: 'x', evidence: null }),
      of(66, { type: 'agent.started', how: 'resumed', restart: true }),
      of(67, { type: 'agent.started', how: 'new', restart: false }),
      of(68, { type: 'agent.held', code: 'left', reason: 'x' }),
    ]);
    expect(agents[0]).toMatchObject({
      messages: { accepted: 2, submitted: 1, answered: 1, expired: 1 },
      ...{ starts: 2, restarts: 1, endings: 1, holds: 1, limits: 1, limitedMs: 59 * MINUTE },
    });
    expect(agents[0]?.messages).not.toHaveProperty('waiting');
  });

  it('follows an agent to its other name', () => {
    const { agents } = report(
      [
        found(10),
        state(60, 'unknown', 'busy'),
        of(80, { type: 'agent.renamed', from: 'ada', agent: 'eve' }),
        state(100, 'busy', 'idle', 'eve'),
      ],
      ['eve'],
    );
    expect(agents.map(({ name, states }) => [name, minutes(states)])).toEqual([
      ['eve', { busy: 40, idle: 20 }],
    ]);
  });

  it('counts no time in which no worker ran, whether it was stopped or killed', () => {
    const worker = (minute: number): Timed => [minute, { type: 'worker.started', pid: 1, version: '1' }];
    const events = [worker(0), found(10), state(60, 'unknown', 'busy'), state(65, 'busy', 'idle')];
    const stopped: Timed = [70, { type: 'worker.stopped', reason: 'SIGTERM' }];
    const clean = report([...events, stopped, worker(80)]);
    expect(clean.unwatchedMs / MINUTE).toBe(10);
    expect(minutes(clean.agents[0]?.states)).toEqual({ busy: 5, idle: 45 });
    const killed = report([...events, worker(80)]);
    expect(killed.unwatchedMs / MINUTE).toBe(15);
    expect(minutes(killed.agents[0]?.states)).toEqual({ busy: 5, idle: 40 });
    expect(report([...events, stopped]).unwatchedMs / MINUTE).toBe(50);
  });

  it('ends the time of every agent with its server', () => {
    const lost: Timed = [70, { type: 'server.lost', reason: 'x', agents: 1 }];
    expect(minutes(report([found(10), state(60, 'unknown', 'idle'), lost]).agents[0]?.states)).toEqual({
      idle: 10,
    });
  });

  it('never counts below zero where the clock was set back', () => {
    const { agents } = report([found(10), state(100, 'unknown', 'busy'), state(70, 'busy', 'idle')]);
    expect(Object.values(agents[0]?.states ?? {}).every((ms) => ms >= 0)).toBe(true);
  });

  it('tells how far back the journal goes', () => {
    expect(report([found(75)]).from).toBe(toInstant(75));
    expect(report([]).from).toBeNull();
  });
});
