import type { Schedule } from '../../src/model/schedule.ts';

/** A schedule that writes to ada every ten minutes from 08:00 on. */
export function schedule(change: Partial<Schedule> = {}): Schedule {
  const at = '2026-11-23T08:00:00.000Z';
  return {
    v: 1,
    name: 'watch',
    timing: { kind: 'every', everyMs: 600_000, from: at },
    target: { kind: 'agent', name: 'ada' },
    text: 'go on',
    gate: null,
    missed: 'catch-up',
    paused: false,
    by: { kind: 'user', name: 'user' },
    createdAt: at,
    next: '2026-11-23T08:10:00.000Z',
    last: null,
    ...change,
  };
}
