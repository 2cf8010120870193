import { IANAZone } from 'luxon';
import { parse } from 'node-cron';
import { endOfGap, instantsOf, isCalm, MINUTE_MS, type WallTime, wallAt } from './zone-offset.ts';

/** A day of the calendar, without a zone. */
interface Day {
  year: number;
  /** From 1. */
  month: number;
  day: number;
  /** 0 is Sunday. */
  weekday: number;
  /** Last day of the month. */
  last: number;
}

interface CronPlan {
  /** Minutes since midnight, rising. */
  minutes: readonly number[];
  /** It runs in every hour: a rhythm, which goes on while clocks are changed. */
  everyHour: boolean;
  includes(day: Day): boolean;
}

const DAY_MS = 86_400_000;
/** Between two 29 Februaries of the same kind lie eight years at most, around 2100. */
const DAYS_MAX = 366 * 9;
/** A change of clocks repeats or leaves out so much at most. */
const CHANGE_MS = 3 * 3_600_000;

/**
 * The first instant after `after` at which a cron expression of five fields wants a run; null where none comes within nine years.
 * Fields are read by node-cron. Days are those of crontab(5): where day of month and weekday are both restricted, either will do.
 *
 * Where clocks change, every run that was meant happens once: a time over which they are set forward is made up for in the moment of the
 * change, a time that comes twice counts the first time. An expression for every hour is a rhythm: it simply goes on through both.
 */
export function nextCronInstant(expression: string, zoneName: string, after: number): number | null {
  const plan = planOf(expression);
  const zone = IANAZone.create(zoneName);
  const quick = readCalm(plan, zone, wallAt(zone, after));
  return quick === undefined ? readAround(plan, zone, after) : quick;
}

/** The usual case, for the sake of speed: no change of clocks is near, so the next wall time that fits is it. Undefined: one is. */
function readCalm(plan: CronPlan, zone: IANAZone, wall: WallTime): number | null | undefined {
  const next = wallsFrom(plan, wall + 1).next();
  if (next.done) return null;
  return isCalm(zone, next.value) ? instantsOf(zone, next.value)[0] : undefined;
}

/** Wall times are not in the order of their instants where a clock is set back. */
function readAround(plan: CronPlan, zone: IANAZone, after: number): number | null {
  let best: number | null = null;
  let horizon = Number.POSITIVE_INFINITY;
  for (const wall of wallsFrom(plan, wallAt(zone, after) - CHANGE_MS)) {
    if (wall > horizon) break;
    const instant = instantsFor(plan, zone, wall).find((one) => one > after);
    if (instant === undefined || (best !== null && instant >= best)) continue;
    best = instant;
    horizon = Math.min(horizon, wall + CHANGE_MS);
  }
  return best;
}

/** Times that the expression names, from `start` on. */
function* wallsFrom({ minutes, includes }: CronPlan, start: WallTime): Generator<WallTime, undefined> {
  const firstDay = Math.floor(start / DAY_MS) * DAY_MS;
  for (let midnight = firstDay; midnight < firstDay + DAYS_MAX * DAY_MS; midnight += DAY_MS) {
    if (!includes(dayOf(midnight))) continue;
    for (const minute of minutes) {
      const wall = midnight + minute * MINUTE_MS;
      if (wall >= start) yield wall;
    }
  }
}

function instantsFor({ everyHour }: CronPlan, zone: IANAZone, wall: WallTime): number[] {
  const instants = instantsOf(zone, wall);
  if (everyHour) return instants;
  return instants.length === 0 ? [endOfGap(zone, wall)] : instants.slice(0, 1);
}

const PLANS_MAX = 1_000;
const plans = new Map<string, CronPlan>();

/** Throws what node-cron throws for an expression that it does not understand. */
function planOf(expression: string): CronPlan {
  const known = plans.get(expression);
  if (known !== undefined) return known;
  if (plans.size >= PLANS_MAX) plans.clear();
  const plan = readPlan(expression);
  plans.set(expression, plan);
  return plan;
}

function readPlan(expression: string): CronPlan {
  const { minute, hour, month, dayOfMonth, dayOfWeek } = parse(expression);
  const [, , dayText = '*', , weekdayText = '*'] = expression.trim().split(/\s+/);
  const isFree = (text: string) => /^[*?]/.test(text);
  const either = !isFree(dayText) && !isFree(weekdayText);
  const months = new Set(month);
  return {
    minutes: hour.flatMap((h) => minute.map((m) => h * 60 + m)).sort((a, b) => a - b),
    everyHour: hour.length === 24,
    includes: (day) => {
      if (!months.has(day.month)) return false;
      const [byDay, byWeekday] = [
        dayOfMonth.some((rule) => isDay(rule, day)),
        dayOfWeek.some((rule) => isWeekday(rule, day)),
      ];
      return either ? byDay || byWeekday : byDay && byWeekday;
    },
  };
}

/** A number; `L`: the last day; `L-3`: three days before it; `15W`: the working day nearest to the 15th in its month. */
function isDay(rule: number | string, { year, month, day, last }: Day): boolean {
  if (typeof rule === 'number') return day === rule;
  const before = /^L(?:-(\d+))?$/.exec(rule);
  if (before !== null) return day === last - Number(before[1] ?? 0);
  const wanted = Math.min(rule === 'LW' ? last : Number.parseInt(rule, 10), last);
  const weekday = new Date(Date.UTC(year, month - 1, wanted)).getUTCDay();
  if (weekday === 6) return day === (wanted === 1 ? 3 : wanted - 1);
  if (weekday === 0) return day === (wanted === last ? wanted - 2 : wanted + 1);
  return day === wanted;
}

/** A number; `5L`: the last Friday; `1#2`: the second Monday. */
function isWeekday(rule: number | string, { day, weekday, last }: Day): boolean {
  if (typeof rule === 'number') return weekday === rule % 7;
  const [wanted = '', count] = rule.split('#');
  if (Number.parseInt(wanted, 10) % 7 !== weekday) return false;
  return count === undefined ? day > last - 7 : Math.ceil(day / 7) === Number(count);
}

function dayOf(midnight: WallTime): Day {
  const date = new Date(midnight);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    ...{ year, month: month + 1, day: date.getUTCDate(), weekday: date.getUTCDay() },
    last: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
  };
}
