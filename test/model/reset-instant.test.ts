import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { parseResetInstant } from '../../src/model/reset-instant.ts';
import { cpuMs } from '../helpers/cpu-time.ts';

/** Sunday evening in UTC; 21:00 in Berlin, 15:00 in New York. */
const NOW = Date.UTC(2026, 10, 22, 20);

function read(text: string, options: { now?: number; timeZone?: string } = {}): string | undefined {
  const instant = parseResetInstant(text, { now: NOW, timeZone: 'UTC', ...options });
  return instant === undefined ? undefined : new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');
}

describe('a clock time', () => {
  it.each([
    ['3pm (Europe/Berlin)', '2026-11-23T14:00Z'],
    ['10:49pm', '2026-11-22T22:49Z'],
    ['10:49pm (UTC)', '2026-11-22T22:49Z'],
    ['limit resets 10:49pm Continuing automatically at 10:49pm', '2026-11-22T22:49Z'],
    ["You've hit your 5-hour limit · resets 10:49pm (UTC)", '2026-11-22T22:49Z'],
    ['try again at 10:52 PM.', '2026-11-22T22:52Z'],
    ['try again at 10:52 p.m.', '2026-11-22T22:52Z'],
    ['12am', '2026-11-23T00:00Z'],
    ['12:30pm', '2026-11-23T12:30Z'],
    ['22:49', '2026-11-22T22:49Z'],
    ['22:49:30', '2026-11-22T22:49:30.000Z'],
    ['8:01pm\u202f', '2026-11-22T20:01Z'],
    ['8:01\u202fPM', '2026-11-22T20:01Z'],
    ['3pm (in 2 hours)', '2026-11-23T15:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('without a day is the next one in the zone of the machine', () => {
    expect(read('10pm', { timeZone: 'Europe/Berlin' })).toBe('2026-11-22T21:00Z');
    expect(read('8pm', { timeZone: 'Europe/Berlin' })).toBe('2026-11-23T19:00Z');
    expect(read('1:15am', { timeZone: 'Asia/Kolkata' })).toBe('2026-11-23T19:45Z');
  });

  it('that passed up to ten minutes ago is the one that was waited for', () => {
    expect(read('7:50pm')).toBe('2026-11-22T19:50Z');
    expect(read('7:49pm')).toBe('2026-11-23T19:49Z');
    expect(read('8pm')).toBe('2026-11-22T20:00Z');
    expect(read('11:58pm', { now: Date.UTC(2026, 10, 23, 0, 5) })).toBe('2026-11-22T23:58Z');
  });
});

describe('a day', () => {
  it.each([
    ['Nov 25, 7:44pm (UTC)', '2026-11-25T19:44Z'],
    ['Nov 25 at 7:44pm', '2026-11-25T19:44Z'],
    ['7:44pm on 25 November', '2026-11-25T19:44Z'],
    ['Dec 1st, 2026 10:52 PM', '2026-12-01T22:52Z'],
    ['Sept 3 at 9am', '2027-09-03T09:00Z'],
    ['Jan 2, 9am (America/New_York)', '2027-01-02T14:00Z'],
    ['tomorrow at 9am', '2026-11-23T09:00Z'],
    ['today at 9am', '2026-11-22T09:00Z'],
    ['Mon 9am', '2026-11-23T09:00Z'],
    ['Monday 9:00 AM', '2026-11-23T09:00Z'],
    ['Sun 9am', '2026-11-29T09:00Z'],
    ['Sunday 9pm', '2026-11-22T21:00Z'],
    ['2026-11-25T19:44:00Z', '2026-11-25T19:44Z'],
    ['2026-11-25T19:44:00.250Z', '2026-11-25T19:44:00.250Z'],
    ['2026-11-25T19:44:00+02:00', '2026-11-25T17:44Z'],
    ['2026-11-25 19:44', '2026-11-25T19:44Z'],
    ['2026-11-25 19:44 (Europe/Berlin)', '2026-11-25T18:44Z'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('without a year may have passed, but is never most of a year ahead because of that', () => {
    expect(read('Nov 21, 7:44pm')).toBe('2026-11-21T19:44Z');
    expect(read('Oct 23, 7:44pm')).toBe('2026-10-23T19:44Z');
    expect(read('Oct 22, 7:44pm')).toBe('2027-10-22T19:44Z');
    expect(read('Dec 31, 11pm', { now: Date.UTC(2027, 0, 1, 1) })).toBe('2026-12-31T23:00Z');
    expect(read('Feb 29, 9am')).toBeUndefined();
  });
});

describe('numbers and durations', () => {
  it.each([
    ['1795800000', '2026-11-27T17:20Z'],
    ['1795800000123', '2026-11-27T17:20:00.123Z'],
    ['Claude AI usage limit reached|1795800000', '2026-11-27T17:20Z'],
    ['resets at 1795800000.', '2026-11-27T17:20Z'],
    ['in 3 hours 20 minutes', '2026-11-22T23:20Z'],
    ['in 3 hours and 20 minutes', '2026-11-22T23:20Z'],
    ['try again in 2h 5m', '2026-11-22T22:05Z'],
    ['in 2h5m', '2026-11-22T22:05Z'],
    ['2h 5m', '2026-11-22T22:05Z'],
    ['in 4 days 3 hours', '2026-11-26T23:00Z'],
    ['in 4 days, 3 hours.', '2026-11-26T23:00Z'],
    ['after 30s', '2026-11-22T20:00:30.000Z'],
    ['retry in 3s', '2026-11-22T20:00:03.000Z'],
    ['in 1.5 hours', '2026-11-22T21:30Z'],
    ['in 1500ms', '2026-11-22T20:00:01.500Z'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe('a zone', () => {
  it.each([
    ['11pm (UTC+2)', '2026-11-22T21:00Z'],
    ['11pm UTC+2', '2026-11-22T21:00Z'],
    ['5pm (GMT-05:00)', '2026-11-22T22:00Z'],
    ['11pm (GMT+5:30)', '2026-11-23T17:30Z'],
    ['4pm (PST)', '2026-11-23T00:00Z'],
    ['4pm PST', '2026-11-23T00:00Z'],
    ['5pm (EST)', '2026-11-22T22:00Z'],
    ['10pm (CET)', '2026-11-22T21:00Z'],
    ['Jul 4, 4pm (PT)', '2027-07-04T23:00Z'],
    ['10pm Europe/Berlin', '2026-11-22T21:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(read(text, { timeZone: 'Asia/Tokyo' })).toBe(expected);
  });
});

describe('gives nothing', () => {
  it.each([
    ...[
      '',
      'later',
      '25:99pm',
      '24:00',
      '13pm',
      '0am',
      '10:60',
      'Feb 31, 9am',
      'Nov 0, 9am',
      '2026-02-31 10:00',
    ],
    ...[
      '10pm (Mars/Olympus)',
      '10pm (IST)',
      '10pm IST',
      '10pm (Pro plan)',
      '10pm (UTC+99)',
      '3',
      '2026',
      '10 pmol',
    ],
    ...[
      '5-hour limit reached',
      '5 hour limit reached',
      'in 1:30',
      'in 2 days at 3pm',
      'in 999999 days',
      'Nov 25',
    ],
    ...[
      '3pm or 5pm',
      '11/25 at 7pm',
      '25.11.2026 19:44',
      '2026-11-25 7:44pm',
      'request 1795800000 failed',
      '127.0.0.1:4010',
    ],
    `10pm ${' '.repeat(500)}`,
  ])('for %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('for a machine zone that does not exist', () => {
    expect(read('10pm', { timeZone: 'Nowhere/Land' })).toBeUndefined();
  });
});

describe('summer time', () => {
  const timeZone = 'Europe/Berlin';

  it('takes a time in the hour that is left out as one behind the gap', () => {
    expect(read('2:30am', { timeZone, now: Date.UTC(2026, 2, 29, 0) })).toBe('2026-03-29T01:30Z');
  });

  it('takes a time in the hour that is repeated as the one not over yet', () => {
    const [first, second] = [Date.UTC(2026, 9, 25, 0), Date.UTC(2026, 9, 25, 1)];
    expect(read('2:30am', { timeZone, now: first })).toBe('2026-10-25T00:30Z');
    expect(read('2:30am', { timeZone, now: second })).toBe('2026-10-25T01:30Z');
    expect(read('Oct 25, 2:30am', { timeZone, now: second })).toBe('2026-10-25T01:30Z');
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A zone, a moment in it (often close to a change of clocks) and a whole minute at most `aheadMs` later. */
function moments(aheadMs: number) {
  const changes = [
    Date.UTC(2026, 2, 29, 1),
    Date.UTC(2026, 9, 25, 1),
    Date.UTC(2026, 10, 1, 6),
    Date.UTC(2026, 3, 4, 15),
  ];
  const start = fc.oneof(
    fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2030, 0, 1) }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * HOUR, max: 30 * HOUR }))
      .map(([at, by]) => at + by),
  );
  return fc
    .record({
      timeZone: fc.constantFrom(...ZONES),
      now: start,
      aheadMs: fc.integer({ min: MINUTE, max: aheadMs }),
    })
    .map(({ timeZone, now, aheadMs: ahead }) => ({
      timeZone,
      now,
      instant: Math.floor((now + ahead) / MINUTE) * MINUTE,
    }));
}

const FORMS: [format: string, aheadHoursMax: number, suffix: 'zone' | 'none'][] = [
  ['h:mma', 20, 'none'],
  ['h:mm a', 20, 'zone'],
  ['HH:mm', 20, 'none'],
  ['LLL d, h:mma', 24 * 300, 'zone'],
  ["LLL d 'at' h:mma", 24 * 300, 'none'],
  ['LLLL d, yyyy h:mm a', 24 * 300, 'zone'],
  ['ccc h:mma', 24 * 6, 'none'],
  ['cccc h:mm a', 24 * 6, 'zone'],
  ['yyyy-LL-dd HH:mm', 24 * 300, 'none'],
  ["yyyy-LL-dd'T'HH:mm:ssZZ", 24 * 300, 'none'],
];

describe('every form', () => {
  it.each(FORMS)('%s read back gives what was written', (format, hours, suffix) => {
    fc.assert(
      fc.property(moments(hours * HOUR), ({ timeZone, now, instant }) => {
        const local = DateTime.fromMillis(instant, { zone: timeZone }).setLocale('en-US');
        const text = `${local.toFormat(format)}${suffix === 'zone' ? ` (${timeZone})` : ''}`;
        const context = { now, timeZone: suffix === 'zone' ? 'Asia/Tokyo' : timeZone };
        const result = parseResetInstant(text, context) ?? Number.NaN;
        // The hour that is repeated in autumn is written the same twice: any instant that reads so will do.
        expect(DateTime.fromMillis(result, { zone: timeZone }).toFormat('yyyy-LL-dd HH:mm')).toBe(
          local.toFormat('yyyy-LL-dd HH:mm'),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('reads durations to the second', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(part(30), part(23), part(59), part(59), (d, h, m, s) => {
        const context = { now: NOW, timeZone: 'UTC' };
        const expected = NOW + (((d * 24 + h) * 60 + m) * 60 + s) * 1000;
        expect(parseResetInstant(`in ${d}d ${h}h ${m}m ${s}s`, context)).toBe(expected);
        expect(parseResetInstant(`in ${d} days ${h} hours ${m} minutes ${s} seconds`, context)).toBe(
          expected,
        );
      }),
    );
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...[
      'Nov',
      '25',
      ',',
      'at',
      '10:49',
      'pm',
      '(',
      ')',
      'UTC',
      '+2',
      'Europe/Berlin',
      'in',
      'days',
      '|',
      '1764100000',
    ],
    ...['tomorrow', 'Mon', '-', '2026-11-25', 'T', ':', '99', 'after', '5h', '.', 'a', 'm', '\u202f', '0'],
  );
  const spliced = fc
    .array(fc.oneof(pieces, fc.constant(' ')), { maxLength: 60 })
    .map((words) => words.join(''));

  it('gives nothing or a finite number and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 400, unit: 'binary' }), spliced), (text) => {
        const result = parseResetInstant(text, { now: NOW, timeZone: 'Europe/Berlin' });
        expect(result === undefined || Number.isFinite(result)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['1 h ', 'in ', '10:', '(', 'a', '1', ' ', 'Nov 2', 'in 1h, and 1h', '+1', 'A/', '9999-99-99 '])(
    'takes little work where %j repeats',
    async (piece) => {
      const parse = () => parseResetInstant(piece.repeat(300).slice(0, 300), { now: NOW, timeZone: 'UTC' });
      expect(await cpuMs(parse)).toBeLessThan(500);
    },
  );
});
