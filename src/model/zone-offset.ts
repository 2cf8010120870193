import type { IANAZone } from 'luxon';

/** Wall times are counted like instants: as if the zone were UTC, in milliseconds. */
export type WallTime = number;

export const MINUTE_MS = 60_000;
/** No zone is farther from UTC, and no change of its clocks moves them farther, save for islands that changed the side of the date line. */
const REACH_MS = 16 * 3_600_000;

/** Difference of a zone from UTC at an instant. Milliseconds, rising to the east. */
function offsetAt(zone: IANAZone, instant: number): number {
  return Math.round(zone.offset(instant) * MINUTE_MS);
}

/** What clocks in the zone show at an instant. */
export function wallAt(zone: IANAZone, instant: number): WallTime {
  return instant + offsetAt(zone, instant);
}

/**
 * The instants at which clocks in the zone show a wall time, in their order: one as a rule, two where the clocks are set back over it, none
 * where they are set forward over it.
 */
export function instantsOf(zone: IANAZone, wall: WallTime): number[] {
  const [before, after] = offsetsAround(zone, wall);
  const candidates = before === after ? [wall - before] : [wall - before, wall - after];
  return candidates.filter((instant) => wallAt(zone, instant) === wall).sort((a, b) => a - b);
}

/** Whether no clock is changed near a wall time. */
export function isCalm(zone: IANAZone, wall: WallTime): boolean {
  const [before, after] = offsetsAround(zone, wall);
  return before === after;
}

/** The first instant behind a wall time over which the clocks were set forward: that of the change. */
export function endOfGap(zone: IANAZone, wall: WallTime): number {
  const [before, after] = offsetsAround(zone, wall);
  let [low, high] = [wall - Math.max(before, after), wall - Math.min(before, after)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetsAround(zone: IANAZone, wall: WallTime): [before: number, after: number] {
  return [offsetAt(zone, wall - REACH_MS), offsetAt(zone, wall + REACH_MS)];
}
