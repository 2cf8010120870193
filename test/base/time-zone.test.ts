import { afterEach, expect, it } from 'vitest';
import { localTimeZone } from '../../src/base/time-zone.ts';

const before = process.env.TZ;
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

it.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['garbage', 'UTC'],
  ['', 'UTC'],
])('a machine whose TZ is %j is in zone %s', (TZ, zone) => {
  process.env.TZ = TZ;
  expect(localTimeZone()).toBe(zone);
});
