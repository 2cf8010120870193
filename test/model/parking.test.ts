import { describe, expect, it } from 'vitest';
import {
  faultDueAt,
  gapMs,
  judgeParked,
  judgeReturn,
  limitDueAt,
  nextAttempt,
  nextDue,
  type Parked,
  planSharing,
} from '../../src/model/parking.ts';
import { AGENT_STATES } from '../../src/model/state.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-23T09:00:00Z');
const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

function parked(change: Partial<Parked> = {}): Parked {
  const times = { since: at(-10), until: at(60), dueAt: at(61) };
  return { agent: 'ada', why: 'limit', ...times, attempt: 0, by: null, told: null, ...change };
}

describe('when an agent is told to go on', () => {
  const due = (resetAt: number | null, attempt = 0) =>
    (limitDueAt({ resetAt, attempt, now: NOW }, { marginMs: MINUTE }) - NOW) / MINUTE;

  it('is a margin behind the end of its limit', () => expect(due(NOW + 30 * MINUTE)).toBe(31));

  it('is at once where the limit ended long ago', () => expect(due(NOW - 30 * MINUTE)).toBe(0));

  it('is later and later where no end is known', () =>
    expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => due(null, attempt))).toEqual([
      ...[15, 15, 30, 60, 120, 120, 120],
    ]));

  it('is later and later where the end that is shown has passed and it still could not', () =>
    expect([1, 2, 5].map((attempt) => due(NOW - MINUTE, attempt))).toEqual([15, 30, 120]));

  it('is five times at most after a fault', () => {
    const delays = [0, 1, 2, 3, 4, 5].map((attempt) => faultDueAt(attempt, NOW));
    expect(delays.map((one) => one && (one - NOW) / MINUTE)).toEqual([1, 2, 5, 10, 30, null]);
  });
});

describe('a parked agent', () => {
  it('works again in states that only a working one has', () => {
    const working = AGENT_STATES.filter((state) => judgeParked(parked(), state) === 'works');
    expect(working).toEqual(['setup', 'idle', 'busy', 'approval', 'question', 'error', 'compacting']);
  });

  it('that shares the limit of another is not judged by its own state', () => {
    expect(judgeParked(parked({ by: 'bob' }), 'idle')).toBe('stays');
  });

  it('came back because it was told, by itself once the limit was over, else by a person', () => {
    expect(judgeReturn(parked(), true, NOW)).toBe('told');
    expect(judgeReturn(parked(), false, NOW + 60 * MINUTE)).toBe('by-itself');
    expect(judgeReturn(parked(), false, NOW)).toBe('person');
    expect(judgeReturn(parked({ until: null }), false, NOW)).toBe('person');
  });

  it('counts attempts as long as it stops again soon after it was told', () => {
    const returned = { agent: 'ada', at: at(0), attempt: 2 };
    expect(nextAttempt(returned, NOW + 9 * MINUTE)).toBe(3);
    expect(nextAttempt(returned, NOW + 10 * MINUTE)).toBe(0);
    expect(nextAttempt(undefined, NOW)).toBe(0);
  });
});

describe('the next one', () => {
  it('is who waits longest, and neither who was told nor who has no time', () => {
    const list = [
      parked({ agent: 'told', dueAt: at(0), told: 'x' }),
      parked({ agent: 'never', dueAt: null }),
      parked({ agent: 'late', dueAt: at(9) }),
      parked({ agent: 'soon', dueAt: at(1) }),
    ];
    expect(nextDue(list)?.agent).toBe('soon');
    expect(nextDue([])).toBeUndefined();
  });

  it('follows after the spacing and up to half of it more', () => {
    expect([gapMs(5_000, 0), gapMs(5_000, 1)]).toEqual([5_000, 7_500]);
  });
});

describe('a shared account', () => {
  const members = ['ada', 'bob', 'eve'].map((name) => ({
    name,
    profile: name === 'eve' ? 'codex' : 'claude',
  }));
  const ADA = parked();
  const plan = (list: Parked[], accounts: Parameters<typeof planSharing>[2]) =>
    planSharing(members, list, accounts).map(({ agent, cause }) => [agent, cause?.agent]);

  it('parks those that are named, or have its profile, and nobody else', () => {
    expect(plan([ADA], {})).toEqual([]);
    expect(plan([ADA], { work: { agents: ['ada', 'eve'], profiles: [] } })).toEqual([['eve', 'ada']]);
    expect(plan([ADA], { work: { agents: [], profiles: ['claude'] } })).toEqual([['bob', 'ada']]);
  });

  it('lets them go when nobody in it is limited any more, and has them wait for another who is', () => {
    const accounts = { work: { agents: ['ada', 'bob', 'eve'], profiles: [] } };
    const bob = parked({ agent: 'bob', by: 'ada' });
    expect(plan([bob], accounts)).toEqual([['bob', undefined]]);
    expect(plan([bob, parked({ agent: 'eve' })], accounts)).toEqual([
      ['ada', 'eve'],
      ['bob', 'eve'],
    ]);
  });

  it('is not blocked by a fault of one of its agents', () => {
    const accounts = { work: { agents: ['ada', 'bob'], profiles: [] } };
    expect(plan([parked({ why: 'fault' })], accounts)).toEqual([]);
  });
});
