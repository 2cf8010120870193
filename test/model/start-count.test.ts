import { describe, expect, it } from 'vitest';
import { countStart, START_WINDOW_MS, STARTS_MAX } from '../../src/model/start-count.ts';

const NOW = 1_000_000_000;

/** Starts one after the other with so many milliseconds between them; gives at which the worker gives up, if it does. */
function startUntilGivingUp(everyMs: number, startsMax = 30): number | undefined {
  let count = { startedAt: [] as readonly number[] };
  for (let start = 1; start <= startsMax; start++) {
    const decision = countStart(count, NOW + start * everyMs);
    if (decision.giveUp) return start;
    count = decision.count;
  }
  return undefined;
}

describe('the count of starts', () => {
  it('lets six failing starts pass and refuses the seventh', () => {
    expect(startUntilGivingUp(10_000)).toBe(STARTS_MAX + 1);
  });

  it('forgets starts of more than ten minutes ago', () => {
    expect(startUntilGivingUp(START_WINDOW_MS / STARTS_MAX)).toBeUndefined();
    expect(startUntilGivingUp(START_WINDOW_MS / STARTS_MAX - 1)).toBe(STARTS_MAX + 1);
  });

  it('begins anew after giving up, so that a person can start it', () => {
    const full = { startedAt: Array.from({ length: STARTS_MAX }, (_, i) => NOW - i) };
    const { count, giveUp } = countStart(full, NOW);
    expect(giveUp).toBe(true);
    expect(countStart(count, NOW + 1)).toEqual({ count: { startedAt: [NOW + 1] }, giveUp: false });
  });

  it('does not count starts that are still to come', () => {
    const future = { startedAt: Array.from({ length: STARTS_MAX }, () => NOW + 3_600_000) };
    expect(countStart(future, NOW)).toEqual({ count: { startedAt: [NOW] }, giveUp: false });
  });
});
