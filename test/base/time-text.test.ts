import { describe, expect, it } from 'vitest';
import { formatDuration, formatLocalTime, parseDuration } from '../../src/base/time-text.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a duration in words', () => {
  it.each([
    [-5 * SECOND, '0 s'],
    [999, '0 s'],
    [45 * SECOND, '45 s'],
    [12 * MINUTE + 59 * SECOND, '12 min'],
    [2 * HOUR, '2 h'],
    [2 * HOUR + 10 * MINUTE, '2 h 10 min'],
    [3 * DAY + 4 * HOUR + MINUTE, '3 d 4 h'],
  ])('%i ms reads %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

describe('a duration on the command line', () => {
  it.each([
    ['0', 0],
    ['90', 90 * SECOND],
    ['500ms', 500],
    ['60s', MINUTE],
    ['1.5h', 90 * MINUTE],
    ['10 min', 10 * MINUTE],
    ['20d', 20 * DAY],
  ])('%s is taken', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', 'soon', '-5s', '5 parsecs', '1e3', '21d', '5s5s', 'NaN', 'Infinity', '1'.repeat(400)])(
    '%s is refused',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('an instant in local time', () => {
  const now = new Date(2026, 10, 22, 9, 5).getTime();

  it('is a clock time today', () => {
    expect(formatLocalTime(now, now)).toBe('09:05');
  });

  it('names the day on any other day', () => {
    expect(formatLocalTime(now + 3 * DAY, now)).toBe('Nov 25 09:05');
  });
});
