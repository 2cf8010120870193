import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';

interface ResetContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** IANA name of the zone that times without a zone are in. */
  timeZone: string;
}

/** A notice is one line; longer text is not what this reads, and the bound keeps the patterns cheap. */
const CHARACTERS_MAX = 300;

/**
 * Notices tell minutes only and the screen is read some time after it was drawn, so a clock time that has just gone by is the reset
 * that was waited for. Without this grace an agent free since a minute would be taken as limited for another day.
 */
const JUST_PASSED_MS = 10 * 60_000;

/** A limit longer than this is not told as a duration; the bound refuses nonsense such as `in 999999 days`. */
const DURATION_DAYS_MAX = 366;

/**
 * Reads what an agent CLI prints about the end of a usage limit: a clock time with or without day and zone, an ISO 8601 instant, a
 * number of seconds or milliseconds since the epoch, or a duration. Gives milliseconds since the epoch, and nothing where the text
 * says no instant or leaves it open (unknown zone, impossible value, two different times). The result may lie in the past.
 */
export function parseResetInstant(text: string, context: ResetContext): number | undefined {
  const zone = IANAZone.create(context.timeZone);
  if (text.length > CHARACTERS_MAX || !zone.isValid || !Number.isFinite(context.now)) return undefined;
  const line = text.replace(/\s+/gu, ' ').trim();
  const here: Place = { line, zone, now: context.now };
  if (AMBIGUOUS.test(line)) return undefined;
  return (
    readEpoch(line) ??
    (ISO.test(line) ? readIso(here) : CLOCK.test(line) ? readClock(here) : readDuration(here))
  );
}

interface Place {
  line: string;
  /** The zone of times that name none. */
  zone: Zone;
  now: number;
}

/** `in 1:30` may be minutes or hours, `4/5` either order; what was meant cannot be told. */
const AMBIGUOUS = /\b(?:in|after) \d{1,4}:\d|\d\/\d|\b\d{1,2}[.-]\d{1,2}[.-]\d/iu;

const EPOCH = /(?:^|\||\b(?:at|until|after|resets?)[ :=]{1,3})(\d{10}|\d{13})(?=$|[ .,;)])/iu;

function readEpoch(line: string): number | undefined {
  const digits = EPOCH.exec(line)?.[1];
  if (digits === undefined) return undefined;
  return digits.length === 10 ? Number(digits) * 1000 : Number(digits);
}

const ISO =
  /(?<![\d-])(\d{4})-(\d{2})-(\d{2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?![\d:]| ?[ap]\.?m)(Z\b|[+-]\d{2}:?\d{2}\b)?/iu;

function readIso({ line, zone: local, now }: Place): number | undefined {
  const match = ISO.exec(line);
  if (match === null) return undefined;
  const [whole, year, month, day, hour, minute, second = '0', fraction = '0', offset] = match;
  const rest = line.slice(match.index + whole.length);
  const zone = offset === undefined ? readZone(rest, local) : readZoneName(offset);
  if (zone === undefined) return undefined;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  const millisecond = Math.floor(Number(`0.${fraction}`) * 1000);
  return soonest(instantsOf(date, { ...time, millisecond }, zone), now);
}

const CLOCK_SOURCE =
  '(?<![\\d:.+-])(\\d{1,2})(?:(?::(\\d{2}))?(?::(\\d{2}))? ?([ap])\\.?m\\b|:(\\d{2})(?::(\\d{2}))?(?![\\d:]))';
const CLOCK = new RegExp(CLOCK_SOURCE, 'iu');
const CLOCKS = new RegExp(CLOCK_SOURCE, 'giu');

interface Time {
  hour: number;
  minute: number;
  second: number;
  millisecond?: number;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

const ISO_DAY = /\d{4}-\d{2}-\d{2}/u;
const DAY_MS = 86_400_000;

/** A time of day, with the day that may stand beside it. A day told in another way (`in 2 days at 3pm`) is not guessed at. */
function readClock(place: Place): number | undefined {
  const { line, now } = place;
  const matches = [...line.matchAll(CLOCKS)];
  const times = matches.map(readTime);
  const [first, time] = [matches[0], times[0]];
  if (first === undefined || time === undefined) return undefined;
  if (times.some((other) => other?.hour !== time.hour || other.minute !== time.minute)) return undefined;
  const zone = readZone(line.slice(first.index + first[0].length), place.zone);
  if (zone === undefined) return undefined;
  const written = MONTH_DAY.exec(line) ?? DAY_MONTH.exec(line);
  if (written !== null) return readDate(written.groups ?? {}, time, { ...place, zone });
  const relative = /\b(today|tonight|tomorrow)\b/iu.exec(line)?.[1]?.toLowerCase();
  if (relative !== undefined) {
    return soonest(instantsOf(dayFrom(now, zone, relative === 'tomorrow' ? 1 : 0), time, zone), now);
  }
  if (ISO_DAY.test(line) || (readDuration(place) ?? now) - now >= DAY_MS) return undefined;
  return nextOccurrence(time, { ...place, zone }, WEEKDAY.exec(line)?.[1]);
}

function readTime(match: RegExpMatchArray): Time | undefined {
  const [, hours, minutes12, seconds12, meridiem, minutes24, seconds24] = match;
  const written = Number(hours);
  const [minute, second] = [Number(minutes12 ?? minutes24 ?? 0), Number(seconds12 ?? seconds24 ?? 0)];
  const valid = meridiem === undefined ? written < 24 : written >= 1 && written <= 12;
  if (!valid || minute > 59 || second > 59) return undefined;
  if (meridiem === undefined) return { hour: written, minute, second };
  return { hour: (written % 12) + (meridiem.toLowerCase() === 'p' ? 12 : 0), minute, second };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?';
const DAY = '(?<day>\\d{1,2})(?:st|nd|rd|th)?\\b(?!:)';
const YEAR = '(?:,? (?<year>\\d{4})\\b(?!:))?';
const MONTH_DAY = new RegExp(`\\b${MONTH} ?${DAY}${YEAR}`, 'iu');
const DAY_MONTH = new RegExp(`\\b${DAY} ${MONTH}${YEAR}`, 'iu');

/**
 * A date without a year is the one within the coming eleven months; what is left, the month just gone, is a reset that has passed. That
 * way a notice from yesterday never means next year.
 */
function readDate(written: Record<string, string>, time: Time, { now, zone }: Place): number | undefined {
  const month = MONTHS.indexOf((written.month ?? '').slice(0, 3).toLowerCase()) + 1;
  const day = Number(written.day);
  if (written.year !== undefined) {
    return soonest(instantsOf({ year: Number(written.year), month, day }, time, zone), now);
  }
  const local = DateTime.fromMillis(now, { zone });
  const earliest = local.minus({ months: 1 }).toMillis();
  const latest = local.plus({ months: 11 }).toMillis();
  const instants = [local.year - 1, local.year, local.year + 1].flatMap((year) =>
    instantsOf({ year, month, day }, time, zone),
  );
  return soonest(
    instants.filter((instant) => instant > earliest && instant <= latest),
    now,
  );
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEKDAY =
  /\b(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b/iu;

/** The next time the clock shows this, on that weekday where one is given; a time just passed counts as the one meant. */
function nextOccurrence(time: Time, { now, zone }: Place, weekday?: string): number | undefined {
  const wanted = weekday === undefined ? 0 : WEEKDAYS.indexOf(weekday.slice(0, 3).toLowerCase()) + 1;
  for (let days = -1; days <= 8; days++) {
    const day = dayFrom(now, zone, days);
    if (wanted !== 0 && DateTime.fromObject(day, { zone }).weekday !== wanted) continue;
    const instant = instantsOf(day, time, zone).find((one) => one >= now - JUST_PASSED_MS);
    if (instant !== undefined) return instant;
  }
  return undefined;
}

function dayFrom(now: number, zone: Zone, days: number): Day {
  const { year, month, day } = DateTime.fromMillis(now, { zone }).plus({ days });
  return { year, month, day };
}

/**
 * The instants at which clocks in the zone show this, earliest first: two in the hour that is repeated when summer time ends, none for an
 * impossible date. In the hour that is left out in spring it is the time as far behind the gap.
 */
function instantsOf(day: Day, time: Time, zone: Zone): number[] {
  const local = DateTime.fromObject({ ...day, ...time }, { zone });
  if (!local.isValid) return [];
  const possible = local.getPossibleOffsets().map((one) => one.toMillis());
  return possible.sort((a, b) => a - b);
}

/** The first instant that is not over, or the first of all. */
function soonest(instants: readonly number[], now: number): number | undefined {
  return instants.find((instant) => instant >= now - JUST_PASSED_MS) ?? instants[0];
}

/** Fixed offsets in hours, as clocks in these zones print them; those that mean several places (IST) are left out on purpose. */
const OFFSET_HOURS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ UTC: 0, GMT: 0, Z: 0, WET: 0, WEST: 1, BST: 1, CET: 1, CEST: 2, EET: 2, EEST: 3, MSK: 3 },
    ...{
      EST: -5,
      EDT: -4,
      CST: -6,
      CDT: -5,
      MST: -7,
      MDT: -6,
      PST: -8,
      PDT: -7,
      AKST: -9,
      AKDT: -8,
      HST: -10,
    },
    ...{ SGT: 8, HKT: 8, JST: 9, KST: 9, AEST: 10, AEDT: 11, NZST: 12, NZDT: 13 },
  }),
);

/** Names for a place's time in winter and summer. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['ET', 'America/New_York'],
  ['CT', 'America/Chicago'],
  ['MT', 'America/Denver'],
  ['PT', 'America/Los_Angeles'],
]);

const BRACKETS = /\((?!in )([^()]*)\)/iu;
const BARE_ZONE =
  /^ ?((?:UTC|GMT)? ?[+-]\d{1,2}(?::?\d{2})?\b|[A-Z]{2,5}\b(?!\/)|[A-Z][A-Za-z_]+\/[\w+/-]+)/u;

/** The zone named behind a time: in brackets or bare. `local` where none is named, nothing where an unknown one is. */
function readZone(behind: string, local: Zone): Zone | undefined {
  const name = BRACKETS.exec(behind)?.[1] ?? BARE_ZONE.exec(behind)?.[1];
  return name === undefined ? local : readZoneName(name.trim());
}

const OFFSET = /^(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d{2}))?$/iu;
const IANA_NAME = /^[A-Z][A-Za-z_]{1,30}(?:\/[A-Z][\w+-]{1,30}){1,2}$/u;

function readZoneName(name: string): Zone | undefined {
  const offset = OFFSET.exec(name);
  if (offset !== null) return fixedZone(offset);
  const hours = OFFSET_HOURS.get(name.toUpperCase());
  if (hours !== undefined) return FixedOffsetZone.instance(hours * 60);
  const place = PLACES.get(name) ?? name;
  return IANA_NAME.test(place) && IANAZone.isValidZone(place) ? IANAZone.create(place) : undefined;
}

function fixedZone([, sign, hours, minutes = '0']: RegExpExecArray): Zone | undefined {
  const size = Number(hours) * 60 + Number(minutes);
  if (size > 14 * 60 || Number(minutes) > 59) return undefined;
  return FixedOffsetZone.instance(sign === '-' ? -size : size);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const AMOUNT =
  '\\d{1,6}(?:\\.\\d{1,3})? ?(?:w(?:eeks?)?|d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?|ms)(?![a-z])';
const AMOUNT_LIST = `(${AMOUNT}(?:(?:,? ?(?:and )?)${AMOUNT}){0,4})`;
const DURATION = new RegExp(`\\b(?:in|after)[ :]{1,2}(?:about |~)?${AMOUNT_LIST}`, 'iu');
/** Without a word before it a duration must be all there is: `5 hour limit reached` is none. */
const BARE_DURATION = new RegExp(`^${AMOUNT_LIST}\\.?$`, 'iu');
const AMOUNTS = new RegExp(AMOUNT, 'giu');

function readDuration({ line, now }: Place): number | undefined {
  const list = (DURATION.exec(line) ?? BARE_DURATION.exec(line))?.[1];
  const amounts = list?.match(AMOUNTS) ?? [];
  if (amounts.length === 0) return undefined;
  const total = amounts.reduce((sum, amount) => sum + amountMs(amount), 0);
  return total > DURATION_DAYS_MAX * DAY_MS ? undefined : now + Math.round(total);
}

function amountMs(amount: string): number {
  const unit = amount.replace(/[\d. ]/gu, '').toLowerCase();
  return Number.parseFloat(amount) * (unit === 'ms' ? 1 : (UNIT_MS[unit.charAt(0)] ?? 0));
}
