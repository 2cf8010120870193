import type { Schedule, Timing } from './schedule.ts';
import { nextRun } from './schedule-timing.ts';

/** What is to be done about a schedule now. Instants in milliseconds since the epoch; `next`: the run after this one. */
export type Turn =
  | { do: 'wait' }
  | { do: 'run'; due: number; next: number | null }
  | { do: 'skip'; due: number; next: number | null };

/** A run that comes so late was not late but missed: nobody was there to do it. */
const LATE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Of the runs that were missed one is made up for, the latest, or none. */
export function decideTurn({ paused, next, timing, missed }: Schedule, now: number): Turn {
  if (paused || next === null || Date.parse(next) > now) return { do: 'wait' };
  const due = latestRun(timing, Date.parse(next), now);
  const following = nextRun(timing, now);
  const inTime = now - due <= LATE_MS;
  return { do: inTime || missed === 'catch-up' ? 'run' : 'skip', due, next: following };
}

/** The last run up to now, when `first` is one of them. Looked for backwards: there may be many between. */
function latestRun(timing: Timing, first: number, now: number): number {
  for (const back of [60_000, 3_600_000, DAY_MS, 8 * DAY_MS, 32 * DAY_MS]) {
    const from = now - back;
    if (from <= first) break;
    const found = lastBetween(timing, from, now);
    if (found !== null) return found;
  }
  return lastBetween(timing, first, now) ?? first;
}

function lastBetween(timing: Timing, from: number, now: number): number | null {
  let last: number | null = null;
  for (let run = nextRun(timing, from); run !== null && run <= now; run = nextRun(timing, run)) last = run;
  return last;
}

/**
 * What changes in it when the clock was set back by `jumpMs`: what repeats in a rhythm goes on in it from now; what happens at times of day
 * is not done twice, unless the clock had been wrong by more than a day. Null: nothing.
 */
export function rearrange(
  { timing, next }: Schedule,
  now: number,
  jumpMs: number,
): Pick<Schedule, 'timing' | 'next'> | null {
  if (next === null || timing.kind === 'at') return null;
  if (timing.kind === 'every') {
    if (Date.parse(next) - now <= timing.everyMs) return null;
    const from = new Date(now).toISOString();
    return { timing: { ...timing, from }, next: new Date(now + timing.everyMs).toISOString() };
  }
  const regular = jumpMs > DAY_MS ? nextRun(timing, now) : null;
  return regular === null ? null : { timing, next: new Date(regular).toISOString() };
}

/** The next runs of several schedules in their order, up to an instant. */
export function listRuns(
  schedules: readonly Schedule[],
  count: number,
  until: number,
): { name: string; at: number }[] {
  const heads = schedules
    .flatMap(({ name, timing, next, paused }) =>
      next === null || paused ? [] : [{ name, timing, first: Date.parse(next) }],
    )
    .sort((a, b) => a.first - b.first)
    .slice(0, count);
  return heads
    .flatMap(({ name, timing, first }) => runsFrom(timing, first, count, until).map((at) => ({ name, at })))
    .sort((a, b) => a.at - b.at)
    .slice(0, count);
}

function runsFrom(timing: Timing, first: number, count: number, until: number): number[] {
  const runs: number[] = [];
  for (
    let at: number | null = first;
    at !== null && at <= until && runs.length < count;
    at = nextRun(timing, at)
  ) {
    runs.push(at);
  }
  return runs;
}
