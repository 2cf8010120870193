import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import type { Schedule } from '../../src/model/schedule.ts';
import { nextRun } from '../../src/model/schedule-timing.ts';
import { ScheduleDesk, ScheduleDisk } from '../helpers/schedule-desk.ts';
import { seeded } from '../helpers/seeded.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FROM = Date.parse('2026-01-01T00:00:30Z');
const UNTIL = FROM + 365 * DAY;
const user = { sender: { kind: 'user', name: 'user' }, isUser: true } as const;

const TIMINGS = [
  { every: '37m' },
  { every: '1d' },
  { cron: '30 2 * * *', zone: 'Europe/Berlin' },
  { cron: '7 * * * *', zone: 'Europe/Berlin' },
  { cron: '15 2,3 * * *', zone: 'Australia/Lord_Howe' },
  { cron: '0 9 * * 1-5', zone: 'America/New_York' },
  { cron: '0 0 1,15 * 1', zone: 'America/New_York' },
  { at: '2026-07-01T12:00', zone: 'UTC' },
];

/** One timer, which is all that a scheduler has. */
class YearClock implements Clock {
  time = FROM;
  #next: { at: number; action: () => void } | undefined;

  now(): number {
    return this.time;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.time + delayMs, action };
    this.#next = timer;
    return () => {
      if (this.#next === timer) this.#next = undefined;
    };
  }

  /** False where nothing is to come before `end`. */
  step(end: number): boolean {
    const timer = this.#next;
    if (timer === undefined || timer.at > end) return false;
    this.#next = undefined;
    this.time = Math.max(this.time, timer.at);
    timer.action();
    return true;
  }
}

interface Year {
  schedules: Schedule[];
  disk: ScheduleDisk;
  /** Times without a worker: from its last moment to the start of the next. `killed`: amid a run. */
  gaps: { from: number; to: number; killed: boolean }[];
}

/** A year with a worker that ends at any time: told to, or killed behind a message and before its record. */
async function live(seed: number): Promise<Year> {
  const random = seeded(seed);
  const clock = new YearClock();
  const disk = new ScheduleDisk();
  const year: Year = { schedules: [], disk, gaps: [] };
  for (let life = 0; clock.time < UNTIL; life++) {
    const desk = new ScheduleDesk(clock, disk);
    if (life === 0) year.schedules = addAll(desk);
    desk.scheduler.open();
    const end = Math.min(UNTIL, clock.time + random() * 12 * DAY);
    const shouldKill = random() < 0.5;
    while (desk.fatal === undefined && clock.step(end)) {
      if (shouldKill && end - clock.time < DAY) disk.failure = new Error('killed');
      if (desk.sent.splice(0).length > 0) await setImmediate();
    }
    const killed = desk.fatal !== undefined;
    if (!killed) clock.time = end;
    disk.failure = undefined;
    await desk.scheduler.close();
    const from = clock.time;
    clock.time += random() < 0.5 ? random() * 3 * MINUTE : random() * 2 * DAY;
    year.gaps.push({ from, to: clock.time, killed });
  }
  return year;
}

function addAll({ scheduler }: ScheduleDesk): Schedule[] {
  return TIMINGS.flatMap((words, i) =>
    (['catch-up', 'skip'] as const).map((missed) =>
      scheduler.add(
        {
          name: `s${i}-${missed}`,
          text: 'x',
          target: { kind: 'agent', name: 'ada' },
          gate: null,
          missed,
          ...words,
        },
        user,
      ),
    ),
  );
}

function listDue({ timing, createdAt }: Schedule, end: number): number[] {
  const due: number[] = [];
  for (let at = nextRun(timing, Date.parse(createdAt)); at !== null && at < end; at = nextRun(timing, at)) {
    due.push(at);
  }
  return due;
}

/** By what a user was promised: `yes`, `no`, or `either` for the very run amid which the worker was killed. */
function shouldHappen(due: number, all: readonly number[], { missed }: Schedule, gaps: Year['gaps']) {
  const gap = gaps.find(({ from, to }) => due >= from && due < to);
  if (gap === undefined) return 'yes';
  if (gap.killed && due === gap.from) return 'either';
  const isLatest = !all.some((other) => other > due && other <= gap.to);
  if (!isLatest) return 'no';
  return missed === 'catch-up' || gap.to - due <= MINUTE ? 'yes' : 'no';
}

describe('a year with a worker that comes and goes', () => {
  it.each((process.env.TMO_SEEDS ?? '1').split(',').map(Number))(
    'does every run once or leaves it out by its policy (seed %i)',
    async (seed) => {
      const { schedules, disk, gaps } = await live(seed);
      // Behind the last one comes no worker that could make up for anything.
      const end = gaps.at(-1)?.from ?? 0;
      const count = { yes: 0, no: 0, either: 0 };
      for (const schedule of schedules) {
        const all = listDue(schedule, end);
        const from = `ada schedule.${schedule.name} ${schedule.createdAt} `;
        const sent = new Set(
          [...disk.mail.keys()].filter((key) => key.startsWith(from)).map((key) => key.slice(from.length)),
        );
        const wrong = all.filter((due) => {
          const expected = shouldHappen(due, all, schedule, gaps);
          count[expected]++;
          const happened = sent.delete(new Date(due).toISOString());
          return expected !== 'either' && happened !== (expected === 'yes');
        });
        expect(wrong.map((due) => `${schedule.name} ${new Date(due).toISOString()}`)).toEqual([]);
        expect([...sent].filter((due) => Date.parse(due) < end)).toEqual([]);
      }
      expect(gaps.filter(({ killed }) => killed).length).toBeGreaterThan(5);
      expect(count.yes).toBeGreaterThan(35_000);
      expect(count.no).toBeGreaterThan(500);
    },
  );
});
