import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { OrchestratorError } from '../base/errors.ts';
import type { Event } from '../model/event.ts';
import type { Sender } from '../model/message.ts';
import type { Schedule, ScheduleRun } from '../model/schedule.ts';
import { nextRun } from '../model/schedule-timing.ts';
import { decideTurn, listRuns, rearrange } from '../model/schedule-turn.ts';
import type { Ground } from './ground.ts';
import type { ScheduleBook } from './schedule-book.ts';
import {
  type Asker,
  checkKnown,
  checkOwner,
  composeSchedule,
  type Known,
  type NewSchedule,
} from './schedule-request.ts';
import { type RunnerOptions, runSchedule } from './schedule-run.ts';

export interface SchedulerOptions extends RunnerOptions, Omit<Known, 'fleet'> {
  ground: Pick<Ground, 'clock' | 'settings' | 'emit'>;
  book: ScheduleBook;
  /** Zone of the machine. */
  zone: string;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
}

/** A clock that was set, or a machine that slept, is noticed after so long at the latest. Milliseconds. */
const NAP_MS = 30_000;
/** All schedules are gone through at most so often, however close to each other they are due. Milliseconds. */
const ROUND_MIN_MS = 200;
/** After so many runs everybody else gets a turn. */
const RUNS_IN_A_ROW = 20;
/** Schedules that are over are shown for a week. */
const OVER_KEEP_MS = 7 * 86_400_000;
/** Runs are foretold for a year. */
const UPCOMING_MS = 366 * 86_400_000;

/**
 * Does what is due. A run is written down when its messages lie in their mailboxes: a crash in between repeats it, and the key of its
 * messages, made from the time at which it was due, keeps the repetition from sending anything twice.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #runs = new Map<string, Promise<ScheduleRun>>();
  readonly #closing = new AbortController();
  #lastNow: number;
  #armedFor = Number.POSITIVE_INFINITY;
  #stop = () => {};

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#lastNow = options.ground.clock.now();
  }

  open(): void {
    this.#arm(0);
  }

  /** Gates that run are ended; their runs are done again by the next worker. */
  async close(): Promise<void> {
    this.#stop();
    this.#closing.abort();
    await Promise.allSettled(this.#runs.values());
  }

  /** To be called with every event: schedules follow the names of agents, and an agent's own go with it. */
  note(event: Event): void {
    const { book } = this.#options;
    if (event.type === 'agent.renamed') book.renameAgent(event.from, event.agent);
    else if (event.type === 'agent.unmanaged') {
      for (const { name } of book.madeBy(event.agent)) book.remove(name);
    }
  }

  add(request: NewSchedule, asker: Asker): Schedule {
    const { book, ground, zone: local } = this.#options;
    const { max, perAgentMax, zone } = ground.settings().config.schedules;
    const present = { now: ground.clock.now(), zone: zone ?? local, random: randomBytes };
    const schedule = composeSchedule(request, asker, present);
    checkKnown(schedule.target, this.#options);
    if (book.find(schedule.name) !== undefined) throw taken(schedule.name);
    if (book.size >= max) throw tooMany(`there are ${max} schedules already`, 'schedules.max');
    if (asker.sender.kind === 'agent' && countOpen(book.madeBy(asker.sender.name)) >= perAgentMax) {
      throw tooMany(
        `${asker.sender.name} has ${perAgentMax} check-ins to come already`,
        'schedules.perAgentMax',
      );
    }
    book.put(schedule);
    this.#arm(Date.parse(schedule.next ?? ''));
    return schedule;
  }

  /** By name. */
  list(): Schedule[] {
    return [...this.#options.book.all()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): Schedule {
    return this.#options.book.get(name);
  }

  pause(name: string, by: Sender): Schedule {
    const { book } = this.#options;
    const schedule = book.get(name);
    checkOwner(schedule, by);
    return schedule.paused ? schedule : book.put({ ...schedule, paused: true });
  }

  /** Runs that would have come meanwhile are not made up for. Throws `CONFLICT` where that leaves none. */
  resume(name: string, by: Sender): Schedule {
    const { book, ground } = this.#options;
    const schedule = book.get(name);
    checkOwner(schedule, by);
    if (!schedule.paused) return schedule;
    const next = schedule.next === null ? null : nextRun(schedule.timing, ground.clock.now());
    if (next === null) {
      throw new OrchestratorError('CONFLICT', `the time of schedule ${name} has passed`, {
        field: 'name',
        hint: `do it now with: tmux-orchestrator schedule run ${name}; or remove it`,
      });
    }
    const resumed = book.put({ ...schedule, paused: false, next: new Date(next).toISOString() });
    this.#arm(next);
    return resumed;
  }

  remove(name: string, by: Sender): Schedule {
    const { book } = this.#options;
    const schedule = book.get(name);
    checkOwner(schedule, by);
    book.remove(name);
    return schedule;
  }

  /** Does it now, beside its own times, paused or not. Throws `CONFLICT` while a run is under way. */
  async run(name: string, by: Sender): Promise<ScheduleRun> {
    const { book, ground } = this.#options;
    const schedule = book.get(name);
    checkOwner(schedule, by);
    if (this.#runs.has(name)) {
      throw new OrchestratorError('CONFLICT', `schedule ${name} is running already`, { field: 'name' });
    }
    const due = new Date(ground.clock.now()).toISOString();
    return this.#begin(schedule, due, schedule.next);
  }

  /** The next runs of one or of all schedules, in their order. */
  upcoming(count: number, name?: string): { name: string; at: string }[] {
    const { book, ground } = this.#options;
    const chosen = name === undefined ? book.all() : [book.get(name)];
    return listRuns([...chosen], count, ground.clock.now() + UPCOMING_MS).map((one) => ({
      name: one.name,
      at: toText(one.at),
    }));
  }

  async #round(): Promise<void> {
    const { ground, book } = this.#options;
    const now = ground.clock.now();
    if (now < this.#lastNow) this.#noteSetBack(now, this.#lastNow - now);
    this.#lastNow = now;
    book.flush();
    let begun = 0;
    const limit = toText(now);
    for (const schedule of [...book.all()]) {
      if (schedule.next !== null && schedule.next > limit) continue;
      if (this.#consider(schedule, now) && ++begun % RUNS_IN_A_ROW === 0) await setImmediate();
    }
    this.#arm(Math.max(this.#findSoonest(now + NAP_MS), now + ROUND_MIN_MS));
  }

  /** Whether a run of it begins. */
  #consider(schedule: Schedule, now: number): boolean {
    const { name, next, last } = schedule;
    if (next === null) {
      if (last !== null && now - Date.parse(last.at) > OVER_KEEP_MS) this.#options.book.remove(name);
      return false;
    }
    const turn = this.#runs.has(name) ? null : decideTurn(schedule, now);
    if (turn === null || turn.do === 'wait') return false;
    const [due, following] = [toText(turn.due), turn.next === null ? null : toText(turn.next)];
    if (turn.do === 'skip') {
      const skip = { outcome: 'skipped' as const, reason: 'its time was missed', messages: [] };
      this.#note(name, { ...skip, due, at: toText(now) }, following);
      return false;
    }
    this.#begin(schedule, due, following).catch((error) => this.#options.onFatal(error));
    return true;
  }

  #begin(schedule: Schedule, due: string, following: string | null): Promise<ScheduleRun> {
    const { name } = schedule;
    const run = this.#do(schedule, due, following).finally(() => {
      this.#runs.delete(name);
      if (following !== null) this.#arm(Date.parse(following));
    });
    this.#runs.set(name, run);
    return run;
  }

  async #do(schedule: Schedule, due: string, following: string | null): Promise<ScheduleRun> {
    const { ground } = this.#options;
    const outcome = await runSchedule(schedule, due, this.#options, this.#closing.signal);
    const run = { ...outcome, due, at: toText(ground.clock.now()) };
    if (!this.#closing.signal.aborted || outcome.messages.length > 0)
      this.#note(schedule.name, run, following);
    return run;
  }

  /** A schedule that was removed or paused meanwhile stays so. */
  #note(name: string, run: ScheduleRun, following: string | null): void {
    const { book, ground } = this.#options;
    const schedule = book.find(name);
    if (schedule === undefined) return;
    book.note({ ...schedule, next: following, last: run });
    const { kind, name: whom } = schedule.target;
    const head = { schedule: name, target: `${kind} ${whom}`, due: run.due };
    if (run.outcome === 'fired') {
      ground.emit({ type: 'schedule.fired', ...head, messages: run.messages.length });
    } else {
      ground.emit({ type: `schedule.${run.outcome}`, ...head, reason: run.reason ?? '' });
    }
  }

  #noteSetBack(now: number, jumpMs: number): void {
    const { book } = this.#options;
    for (const schedule of [...book.all()]) {
      const change = rearrange(schedule, now, jumpMs);
      if (change !== null) book.note({ ...schedule, ...change });
    }
  }

  /** The next round is then, unless one comes before. */
  #arm(at: number): void {
    if (this.#closing.signal.aborted || at >= this.#armedFor) return;
    const { clock } = this.#options.ground;
    this.#stop();
    this.#armedFor = at;
    this.#stop = clock.after(Math.max(0, at - clock.now()), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.#round().catch((error) => this.#options.onFatal(error));
    });
  }

  /** Instants of one form are ordered like their texts, which costs less than reading them. */
  #findSoonest(limit: number): number {
    let soonest = toText(limit);
    for (const { name, next, paused } of this.#options.book.all()) {
      if (next !== null && next < soonest && !paused && !this.#runs.has(name)) soonest = next;
    }
    return Date.parse(soonest);
  }
}

function countOpen(schedules: readonly Schedule[]): number {
  return schedules.filter(({ next }) => next !== null).length;
}

function toText(instant: number): string {
  return new Date(instant).toISOString();
}

function taken(name: string): OrchestratorError {
  return new OrchestratorError('CONFLICT', `there is a schedule called ${JSON.stringify(name)} already`, {
    field: 'name',
    hint: `give another name, or remove it first: tmux-orchestrator schedule remove ${name}`,
  });
}

function tooMany(what: string, key: string): OrchestratorError {
  return new OrchestratorError('LIMIT', what, { hint: `remove one, or raise ${key} in config.yaml` });
}
