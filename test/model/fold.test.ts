import { describe, expect, it } from 'vitest';
import { type Fold, type Folded, firstFold, foldReading } from '../../src/model/fold.ts';
import type { AgentState } from '../../src/model/state.ts';

const OPTIONS = { settleMs: 300, stuckAfterMs: 60_000 };

function read(fold: Fold, state: AgentState, now: number, moved = true): Folded {
  const verdict = { state, evidence: [{ kind: 'screen' as const, rule: `rule-${state}`, state }] };
  return foldReading(fold, { verdict, moved, stirred: moved, now }, OPTIONS);
}

describe('the state of an agent over time', () => {
  it('becomes approval at the first reading', () => {
    const { fold, changedFrom } = read(firstFold(0), 'approval', 10);
    expect(fold).toMatchObject({ state: 'approval', since: 10, evidence: [{ rule: 'rule-approval' }] });
    expect(changedFrom).toBe('unknown');
  });

  it('becomes idle only at the second reading, 300 ms after the first', () => {
    const first = read(firstFold(0), 'idle', 10);
    expect(first).toMatchObject({ fold: { state: 'unknown' }, changedFrom: null, lookAgainMs: 300 });
    const early = read(first.fold, 'idle', 200, false);
    expect(early).toMatchObject({ fold: { state: 'unknown' }, changedFrom: null, lookAgainMs: 110 });
    const second = read(early.fold, 'idle', 310, false);
    expect(second).toMatchObject({
      fold: { state: 'idle', since: 310 },
      changedFrom: 'unknown',
      lookAgainMs: null,
    });
  });

  it('waits anew when anything moved between two looks, but not for ever', () => {
    let { fold } = read(firstFold(0), 'idle', 0);
    for (let now = 350; now < 2_400; now += 350) {
      const next = read(fold, 'idle', now, true);
      expect(next).toMatchObject({ changedFrom: null, lookAgainMs: 300 });
      fold = next.fold;
    }
    expect(read(fold, 'idle', 2_400, true)).toMatchObject({
      fold: { state: 'idle' },
      changedFrom: 'unknown',
    });
  });

  it('waits anew when something else was read in between', () => {
    const busy = read(firstFold(0), 'busy', 0).fold;
    const glimpse = read(busy, 'idle', 100).fold;
    const back = read(glimpse, 'busy', 200);
    expect(back).toMatchObject({ fold: { state: 'busy', since: 0, pending: null }, changedFrom: null });
    expect(read(back.fold, 'idle', 450)).toMatchObject({ changedFrom: null, lookAgainMs: 300 });
  });

  it('becomes stuck when it is busy and nothing moves for too long, and busy again when something does', () => {
    const busy = read(firstFold(0), 'busy', 0).fold;
    expect(read(busy, 'busy', 59_999, false).changedFrom).toBe(null);
    const stuck = read(busy, 'busy', 60_000, false);
    expect(stuck).toMatchObject({ fold: { state: 'stuck' }, changedFrom: 'busy' });
    expect(stuck.fold.evidence.map((one) => one.rule)).toEqual(['busy-but-still', 'rule-busy']);
    expect(read(stuck.fold, 'busy', 60_500, true)).toMatchObject({
      fold: { state: 'busy' },
      changedFrom: 'stuck',
    });
  });

  it('learns of the end of a limit that it reads later', () => {
    const limited = read(firstFold(0), 'limited', 0).fold;
    const verdict = { state: 'limited' as const, evidence: [], resetText: '3pm' };
    const later = foldReading(limited, { verdict, moved: true, stirred: true, now: 50 }, OPTIONS);
    expect(later).toMatchObject({ fold: { resetText: '3pm', since: 0 }, changedFrom: null });
    expect(read(later.fold, 'limited', 90).fold.resetText).toBe('3pm');
    expect(read(later.fold, 'busy', 90).fold.resetText).toBe(null);
  });
});
