import { describe, expect, it } from 'vitest';
import { NoticeConfigSchema } from '../../src/model/notice-config.ts';
import { findQuietEnd } from '../../src/model/notice-timing.ts';

const quiet = (from: string, to: string) => ({ from, to, zone: 'Europe/Berlin', except: [] });
const at = (text: string) => Date.parse(text);

/** As the board does: asks again whenever the time has come. */
function waitFor(hours: ReturnType<typeof quiet>, from: number): string {
  let now = from;
  for (let i = 0; i < 200; i++) {
    const end = findQuietEnd(hours, now);
    if (end === undefined) return new Date(now).toISOString();
    expect(end).toBeGreaterThan(now);
    now = end;
  }
  throw new Error('it never ends');
}

describe('quiet hours', () => {
  it.each([
    ['21:00', '07:00', '2026-11-23T19:59:00Z', '2026-11-23T19:59:00.000Z'],
    ['21:00', '07:00', '2026-11-23T20:00:00Z', '2026-11-24T06:00:00.000Z'],
    ['21:00', '07:00', '2026-11-24T02:00:00Z', '2026-11-24T06:00:00.000Z'],
    ['21:00', '07:00', '2026-11-24T06:00:00Z', '2026-11-24T06:00:00.000Z'],
    ['12:00', '13:00', '2026-11-24T11:30:00Z', '2026-11-24T12:00:00.000Z'],
  ])('from %s to %s at %s end at %s', (from, to, now, end) => {
    expect(waitFor(quiet(from, to), at(now))).toBe(end);
  });

  it('end by the clock on the wall when summer time begins and ends', () => {
    expect(waitFor(quiet('22:00', '07:00'), at('2026-03-28T22:00:00Z'))).toBe('2026-03-29T05:00:00.000Z');
    expect(waitFor(quiet('22:00', '07:00'), at('2026-10-24T22:00:00Z'))).toBe('2026-10-25T06:00:00.000Z');
  });

  it('end in the hour that is left out, and in the one that comes twice', () => {
    expect(waitFor(quiet('22:00', '02:30'), at('2026-03-29T00:00:00Z'))).toBe('2026-03-29T01:00:00.000Z');
    // 02:15 for the second time: quiet again until 02:30.
    expect(waitFor(quiet('22:00', '02:30'), at('2026-10-25T01:15:00Z'))).toBe('2026-10-25T01:30:00.000Z');
  });
});

describe('the configuration', () => {
  const refuse = (value: unknown) => NoticeConfigSchema.safeParse(value).error?.issues[0]?.message ?? '';

  it.each([
    ['https://example.org/hook', ''],
    ['http://127.0.0.1:9000/', ''],
    ['http://localhost/', ''],
    ['http://[::1]/', ''],
    ['http://example.org/', 'https'],
    ['http://127.0.0.1.example.org/', 'https'],
    ['file:///etc/passwd', 'https'],
    ['https://user:pw@example.org/', 'without a password'],
    ['no address', 'https'],
  ])('takes or refuses the address %s', (url, message) => {
    const said = refuse({ notifiers: [{ name: 'a', kind: 'webhook', url }] });
    if (message === '') expect(said).toBe('');
    else expect(said).toContain(message);
  });

  it('refuses unknown zones, times and kinds, and two notifiers of one name', () => {
    expect(refuse({ quiet: { from: '22:00', to: '07:00', zone: 'Mars/Base' } })).toContain('zone');
    expect(refuse({ quiet: { from: '24:00', to: '07:00', zone: 'UTC' } })).toContain('time of day');
    expect(refuse({ quiet: { from: '07:00', to: '07:00', zone: 'UTC' } })).toContain('another time');
    const one = { name: 'a', kind: 'tmux' };
    expect(refuse({ notifiers: [one, one] })).toContain('same name');
    expect(refuse({ notifiers: [{ ...one, events: ['nonsense'] }] })).not.toBe('');
  });
});
