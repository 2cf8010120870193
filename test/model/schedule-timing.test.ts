import { describe, expect, it } from 'vitest';
import { composeTiming, nextRun, type TimingWords } from '../../src/model/schedule-timing.ts';

const now = Date.parse('2026-11-23T08:00:00Z');

function first(words: TimingWords): string {
  return new Date(composeTiming(words, { now, zone: 'Europe/Berlin' }).first).toISOString();
}

describe('a timing in words', () => {
  it.each([
    [{ cron: '0 10 * * *' }, '2026-11-23T09:00:00.000Z'],
    [{ cron: ' 0  10 * * * ', zone: 'America/New_York' }, '2026-11-23T15:00:00.000Z'],
    [{ cron: '@daily', zone: 'UTC' }, '2026-11-24T00:00:00.000Z'],
    [{ every: '30m' }, '2026-11-23T08:30:00.000Z'],
    [{ in: '45m' }, '2026-11-23T08:45:00.000Z'],
    [{ in: '1s' }, '2026-11-23T08:00:01.000Z'],
    [{ at: '2026-11-23T09:30' }, '2026-11-23T08:30:00.000Z'],
    [{ at: '2026-11-23 09:30', zone: 'UTC' }, '2026-11-23T09:30:00.000Z'],
    [{ at: '2026-11-23T09:30:15Z' }, '2026-11-23T09:30:15.000Z'],
    [{ at: '2026-11-23T09:30-05:00' }, '2026-11-23T14:30:00.000Z'],
    // It comes twice.
    [{ at: '2027-10-31T02:30' }, '2027-10-31T00:30:00.000Z'],
  ])('%j is first at %s', (words, expected) => {
    expect(first(words)).toBe(expected);
  });

  it.each([
    [{}, 'cron', /nothing says when it runs/],
    [{ cron: '0 9 * * *', every: '5m' }, 'every', /cron and every cannot go together/],
    [{ cron: '0 9 * *' }, 'cron', /has 4 fields, not 5/],
    [{ cron: '0 0 9 * * *' }, 'cron', /has 6 fields, not 5; seconds are not taken/],
    [{ cron: '61 9 * * *' }, 'cron', /61 is a invalid expression for minute/],
    [{ cron: '0 9 30 2 *' }, 'cron', /impossible day/],
    [{ cron: '@reboot' }, 'cron', /illegal characters/],
    [{ cron: '0 9 * * *; rm -rf' }, 'cron', /fields, not 5|illegal/],
    [{ cron: '0 9 * * 1#6' }, 'cron', /never comes|invalid/],
    [{ cron: '' }, 'cron', /has 1 field, not 5/],
    [{ cron: '0 9 * * *', zone: 'Europe/Berln' }, 'zone', /zone "Europe\/Berln" is not known/],
    [{ cron: '0 9 * * *', zone: '#(id)' }, 'zone', /not known/],
    [{ every: '5m', zone: 'UTC' }, 'zone', /says nothing about every/],
    [{ every: '59s' }, 'every', /shorter than a minute/],
    [{ every: 'soon' }, 'every', /is no duration/],
    [{ every: '30d' }, 'every', /is no duration/],
    [{ in: '0s' }, 'in', /shorter than a second/],
    [{ in: '-5m' }, 'in', /is no duration/],
    [{ at: '2026-11-23T08:59' }, 'at', /has passed: it is 2026-11-23T08:00:00.000Z/],
    [{ at: '2026-11-23T09:00+01:00' }, 'at', /has passed/],
    [{ at: '2026-13-01T09:00' }, 'at', /is no time/],
    [{ at: '2026-11-24' }, 'at', /is no time/],
    [{ at: 'tomorrow' }, 'at', /is no time/],
    [{ at: '2027-03-28T02:30' }, 'at', /does not exist in Europe\/Berlin/],
  ])('%j is refused at %s', (words, field, message) => {
    const compose = () => first(words);
    expect(compose).toThrow(message);
    expect(compose).toThrow(expect.objectContaining({ code: 'INVALID', field, hint: expect.any(String) }));
  });

  it('suggests the zone that was meant', () => {
    expect(() => first({ cron: '0 9 * * *', zone: 'europe/berln' })).toThrow(
      expect.objectContaining({ hint: 'did you mean Europe/Berlin?' }),
    );
  });
});

it('counts an interval from its start, whatever was missed', () => {
  const timing = { kind: 'every', everyMs: 600_000, from: '2026-11-23T08:00:00.000Z' } as const;
  expect(nextRun(timing, now)).toBe(now + 600_000);
  expect(nextRun(timing, now + 600_000)).toBe(now + 1_200_000);
  expect(nextRun(timing, now + 3_599_999)).toBe(now + 3_600_000);
  expect(nextRun(timing, now - 5_000_000)).toBe(now + 600_000);
});

it('happens once at an instant', () => {
  const timing = { kind: 'at', at: '2026-11-23T08:00:00.000Z' } as const;
  expect(nextRun(timing, now - 1)).toBe(now);
  expect(nextRun(timing, now)).toBe(null);
});
