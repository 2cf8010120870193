import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextCronInstant } from '../../src/model/cron-time.ts';

const MINUTE = 60_000;

/** The next runs behind an instant, in UTC. */
function runs(cron: string, zone: string, after: string, count: number): string[] {
  const found: string[] = [];
  for (let at: number | null = Date.parse(after); found.length < count; ) {
    at = nextCronInstant(cron, zone, at);
    if (at === null) break;
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

describe('the next run', () => {
  it.each([
    ['0 9 * * 1-5', '2026-11-20T09:00Z', ['2026-11-23T09:00Z', '2026-11-24T09:00Z']],
    ['*/15 8-9 * * *', '2026-11-23T09:40Z', ['2026-11-23T09:45Z', '2026-11-24T08:00Z']],
    ['0 0 29 2 *', '2096-03-01T00:00Z', ['2104-02-29T00:00Z']],
    ['0 0 31 * *', '2026-01-31T00:00Z', ['2026-03-31T00:00Z', '2026-05-31T00:00Z']],
    ['0 12 L * *', '2028-02-01T00:00Z', ['2028-02-29T12:00Z', '2028-03-31T12:00Z']],
    ['0 12 L-3 * *', '2027-02-01T00:00Z', ['2027-02-25T12:00Z']],
    ['0 12 15W * *', '2026-08-01T00:00Z', ['2026-08-14T12:00Z', '2026-09-15T12:00Z']],
    ['0 12 1W * *', '2026-08-01T00:00Z', ['2026-08-03T12:00Z']],
    ['0 12 31W * *', '2026-05-01T00:00Z', ['2026-05-29T12:00Z']],
    ['0 12 * * 5L', '2026-11-01T00:00Z', ['2026-11-27T12:00Z', '2026-12-25T12:00Z']],
    ['0 12 * * 1#2', '2026-11-01T00:00Z', ['2026-11-09T12:00Z', '2026-12-14T12:00Z']],
    ['@weekly', '2026-11-23T00:00Z', ['2026-11-29T00:00Z']],
    ['0 0 * jan sun', '2026-11-23T00:00Z', ['2027-01-03T00:00Z']],
  ])('of %s after %s', (cron, after, expected) => {
    expect(runs(cron, 'UTC', after, expected.length)).toEqual(expected);
  });

  it('comes where day of month or weekday fits if both are restricted, as crontab(5) has it', () => {
    expect(runs('0 0 13 * 5', 'UTC', '2026-11-01T00:00Z', 3)).toEqual([
      '2026-11-06T00:00Z',
      '2026-11-13T00:00Z',
      '2026-11-20T00:00Z',
    ]);
    expect(runs('0 0 */2 * 5', 'UTC', '2026-11-01T00:00Z', 2)).toEqual([
      '2026-11-13T00:00Z',
      '2026-11-27T00:00Z',
    ]);
  });

  it('does not exist for a day that never comes', () => {
    expect(nextCronInstant('0 0 L-30 2 *', 'UTC', 0)).toBe(null);
  });
});

describe('where clocks change', () => {
  it.each([
    // Set forward: what they jump over happens in the moment of the change, once.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:30Z']],
    ['0,30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:00Z']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08T07:00Z', '2026-03-09T06:30Z']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:15Z']],
    // Set back: what comes twice happens the first time.
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T05:30Z', '2026-11-02T06:30Z']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00Z', ['2026-04-04T14:45Z', '2026-04-05T15:15Z']],
    // A rhythm goes on.
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:29Z',
      ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
    ],
    [
      '0 * * * *',
      'Europe/Berlin',
      '2026-10-24T23:30Z',
      ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z', '2026-10-25T03:00Z'],
    ],
    ['0,30 * * * *', 'Europe/Berlin', '2026-10-25T00:00Z', ['2026-10-25T00:30Z', '2026-10-25T01:00Z']],
    ['45 * * * *', 'Europe/Berlin', '2026-03-29T00:30Z', ['2026-03-29T00:45Z', '2026-03-29T01:45Z']],
    // Around midnight, where a day begins at one.
    ['0 0 * * *', 'Africa/Cairo', '2026-04-23T00:00Z', ['2026-04-23T22:00Z', '2026-04-24T21:00Z']],
  ])('%s in %s after %s', (cron, zone, after, expected) => {
    expect(runs(cron, zone, after, expected.length)).toEqual(expected);
  });

  it('is as somebody sees it who looks at the clock every minute', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'Asia/Kolkata',
    ];
    const changes = [
      '2026-03-29',
      '2026-10-25',
      '2026-03-08',
      '2026-11-01',
      '2026-10-03',
      '2026-04-04',
      '2026-04-23',
    ];
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 });
    const minutes = fc.uniqueArray(fc.constantFrom(0, 15, 29, 30, 31, 59), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        ...([fc.constantFrom(...zones), fc.constantFrom(...changes), hours, minutes] as const),
        ...([fc.boolean(), fc.integer({ min: -900, max: 900 })] as const),
        (zone, day, hour, minute, everyHour, shift) => {
          const cron = `${minute.join(',')} ${everyHour ? '*' : hour.join(',')} * * *`;
          const after = Date.parse(`${day}T00:00Z`) + shift * MINUTE;
          expect(nextCronInstant(cron, zone, after)).toBe(
            watchClock({ hour, minute, everyHour }, zone, after),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});

interface Wanted {
  hour: readonly number[];
  minute: readonly number[];
  everyHour: boolean;
}

/** The next run by looking at the clock every minute of some days, from a day before. */
function watchClock({ hour, minute, everyHour }: Wanted, zone: string, after: number): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const wallAt = (instant: number) => {
    const [day, month, year, h, m] = format.format(instant).match(/\d+/g)?.map(Number) ?? [];
    return Date.UTC(year ?? 0, (month ?? 1) - 1, day, h, m) / MINUTE;
  };
  const isWanted = (wall: number) =>
    minute.includes(wall % 60) && (everyHour || hour.includes(Math.floor(wall / 60) % 24));
  const from = after - 1_440 * MINUTE;
  let latest = wallAt(from);
  for (let at = from + MINUTE; ; at += MINUTE) {
    const wall = wallAt(at);
    const jumped = Array.from({ length: Math.max(0, wall - latest - 1) }, (_, i) => latest + 1 + i);
    const isNew = wall > latest;
    latest = Math.max(latest, wall);
    if (at <= after) continue;
    if (isWanted(wall) && (isNew || everyHour)) return at;
    if (!everyHour && jumped.some(isWanted)) return at;
  }
}
