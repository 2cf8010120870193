import { DateTime, IANAZone } from 'luxon';
import { validateDetailed } from 'node-cron';
import { OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { parseDuration } from '../base/time-text.ts';
import { nextCronInstant } from './cron-time.ts';
import type { Timing } from './schedule.ts';

/** When something should happen, in a user's words. One of `cron`, `every`, `at`, `in`. */
export interface TimingWords {
  cron?: string | undefined;
  every?: string | undefined;
  at?: string | undefined;
  in?: string | undefined;
  /** IANA name of the zone that `cron` and `at` are in. */
  zone?: string | undefined;
}

interface Present {
  /** Milliseconds since the epoch. */
  now: number;
  /** Zone where none is named. */
  zone: string;
}

/** What repeats itself does so at most once a minute. */
const REPEAT_MIN_MS = 60_000;
const DELAY_MIN_MS = 1_000;

/** The timing that is meant, with its first run. Throws `INVALID` that names the word that is wrong. */
export function composeTiming(words: TimingWords, present: Present): { timing: Timing; first: number } {
  const timing = readTiming(words, present);
  const first = nextRun(timing, present.now);
  if (first === null)
    throw invalid('cron', `cron ${quote(words.cron)} never comes`, 'check its day and month');
  return { timing, first };
}

/** The first run after an instant; null where there is none. Milliseconds since the epoch. */
export function nextRun(timing: Timing, after: number): number | null {
  switch (timing.kind) {
    case 'cron':
      return nextCronInstant(timing.cron, timing.zone, after);
    case 'every':
      return nextInRow(Date.parse(timing.from), timing.everyMs, after);
    case 'at':
      return Date.parse(timing.at) > after ? Date.parse(timing.at) : null;
  }
}

function nextInRow(from: number, everyMs: number, after: number): number {
  return from + Math.max(1, Math.floor((after - from) / everyMs) + 1) * everyMs;
}

function readTiming(words: TimingWords, { now, zone: local }: Present): Timing {
  const given = (['cron', 'every', 'at', 'in'] as const).filter((one) => words[one] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const found =
      given.length === 0 ? 'nothing says when it runs' : `${given.join(' and ')} cannot go together`;
    throw invalid(given[1] ?? 'cron', found, 'give one of cron, every, at and in');
  }
  const text = words[kind] ?? '';
  const zone = words.zone === undefined ? local : checkZone(words.zone, kind);
  if (kind === 'cron') return { kind, cron: checkCron(text), zone };
  if (kind === 'every') return { kind, everyMs: readEvery(text), from: toText(now) };
  return { kind: 'at', at: toText(kind === 'at' ? readInstant(text, zone, now) : now + readDelay(text)) };
}

function checkZone(name: string, kind: keyof TimingWords): string {
  if (kind === 'every' || kind === 'in') {
    throw invalid('zone', `a zone says nothing about ${kind}`, 'leave it out');
  }
  if (/^[A-Za-z0-9_+/-]{1,64}$/.test(name) && IANAZone.isValidZone(name)) return name;
  const near = findNearMiss(name.slice(0, 64), Intl.supportedValuesOf('timeZone'));
  const hint = near === undefined ? 'use an IANA name such as Europe/Berlin or UTC' : `did you mean ${near}?`;
  throw invalid('zone', `zone ${quote(name)} is not known`, hint);
}

function checkCron(text: string): string {
  const expression = text.trim().replace(/\s+/g, ' ');
  const hint = 'write minute hour day-of-month month weekday, for example "0 9 * * 1-5"';
  const fields = expression.split(' ').length;
  if (fields !== 5 && !expression.startsWith('@')) {
    const more = fields === 6 ? '; seconds are not taken: runs are at least a minute apart' : '';
    throw invalid(
      'cron',
      `cron ${quote(text)} has ${fields} ${fields === 1 ? 'field' : 'fields'}, not 5${more}`,
      hint,
    );
  }
  const { valid, errors } = validateDetailed(expression);
  const why = errors[0]?.message ?? 'cannot be understood';
  if (!valid) throw invalid('cron', `cron ${quote(text)}: ${why}`, hint);
  return expression;
}

function readEvery(text: string): number {
  const everyMs = readDuration('every', text);
  if (everyMs >= REPEAT_MIN_MS) return everyMs;
  throw invalid('every', `every ${quote(text)} is shorter than a minute`, 'give 1m or more');
}

function readDelay(text: string): number {
  const delayMs = readDuration('in', text);
  if (delayMs >= DELAY_MIN_MS) return delayMs;
  throw invalid('in', `in ${quote(text)} is shorter than a second`, 'give 1s or more');
}

function readDuration(field: 'every' | 'in', text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return durationMs;
  throw invalid(
    field,
    `${field} ${quote(text)} is no duration`,
    'write it as 90s, 30m, 2h or 1d, at most 20d',
  );
}

/** A time without an offset is one of the zone's clocks; it must be one that they show. */
function readInstant(text: string, zone: string, now: number): number {
  const hint = 'write it as 2026-11-23T09:00, with +01:00 or Z behind it where no zone is meant';
  const time = /\d[T ]\d/.test(text) ? DateTime.fromISO(text.trim().replace(' ', 'T'), { zone }) : undefined;
  if (time === undefined || !time.isValid) throw invalid('at', `at ${quote(text)} is no time`, hint);
  const wall = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone: 'UTC', setZone: true });
  const hasOffset = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(text.trim());
  if (!hasOffset && !time.setZone('UTC', { keepLocalTime: true }).equals(wall)) {
    throw invalid(
      'at',
      `at ${quote(text)} does not exist in ${zone}: clocks are set forward over it`,
      'give another time',
    );
  }
  const instant = hasOffset ? time.toMillis() : firstOf(time);
  if (instant > now) return instant;
  throw invalid('at', `at ${quote(text)} has passed: it is ${toText(now)}`, 'give a time to come');
}

/** A time that comes twice is meant to be the first. */
function firstOf(time: DateTime): number {
  return Math.min(...time.getPossibleOffsets().map((one) => one.toMillis()));
}

function toText(instant: number): string {
  return new Date(instant).toISOString();
}

function quote(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 80));
}

function invalid(field: keyof TimingWords, message: string, hint: string): OrchestratorError {
  return new OrchestratorError('INVALID', message, { field, hint });
}
