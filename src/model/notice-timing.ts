import { DateTime } from 'luxon';
import type { Notice } from './notice.ts';
import type { NoticeConfig, QuietHours } from './notice-config.ts';

/** What cool-down goes by. */
export function coolingKey({ kind, agent, team }: Pick<Notice, 'kind' | 'agent' | 'team'>): string {
  return `${kind}:${agent ?? team ?? ''}`;
}

/** When a notice may be told: after the cool-down of the last of its kind, and not in quiet hours. Milliseconds since the epoch. */
export function findTellAt(
  notice: Notice,
  lastToldAt: number | undefined,
  { coolDownMs, quiet }: NoticeConfig,
  now: number,
): number {
  // A clock that was set back must not hold it for ever.
  const cooled = lastToldAt === undefined || lastToldAt > now ? now : Math.max(now, lastToldAt + coolDownMs);
  if (quiet === undefined || quiet.except.includes(notice.kind)) return cooled;
  return findQuietEnd(quiet, cooled) ?? cooled;
}

/** The end of the quiet hours that an instant lies in; undefined outside. By the clock on the wall, so a change of summer time moves it. */
export function findQuietEnd({ from, to, zone }: QuietHours, at: number): number | undefined {
  const local = DateTime.fromMillis(at, { zone });
  const time = local.toFormat('HH:mm');
  const overMidnight = from > to;
  const isQuiet = overMidnight ? time >= from || time < to : time >= from && time < to;
  if (!isQuiet) return undefined;
  const day = overMidnight && time >= from ? local.plus({ days: 1 }) : local;
  const [hour, minute] = to.split(':').map(Number);
  const end = day.set({ hour: hour ?? 0, minute: minute ?? 0, second: 0, millisecond: 0 }).toMillis();
  // The hour that comes twice reaches the end twice, and the hour that is left out never: then it is asked again every minute.
  const isTrue = end > at && DateTime.fromMillis(end, { zone }).toFormat('HH:mm') === to;
  return isTrue ? end : at + 60_000;
}
