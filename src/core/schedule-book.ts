import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import type { Schedule } from '../model/schedule.ts';
import type { ScheduleFiles } from '../store/schedule-files.ts';

/** All schedules that there are. */
export class ScheduleBook {
  readonly #files: Pick<ScheduleFiles, 'readAll' | 'write' | 'remove'>;
  readonly #byName = new Map<string, Schedule>();
  /** Runs that the disk did not take down yet. */
  readonly #unwritten = new Set<string>();

  constructor(files: Pick<ScheduleFiles, 'readAll' | 'write' | 'remove'>) {
    this.#files = files;
    for (const schedule of files.readAll()) this.#byName.set(schedule.name, schedule);
  }

  get size(): number {
    return this.#byName.size;
  }

  all(): IterableIterator<Schedule> {
    return this.#byName.values();
  }

  find(name: string): Schedule | undefined {
    return this.#byName.get(name);
  }

  /** Throws `NOT_FOUND`. */
  get(name: string): Schedule {
    const schedule = this.#byName.get(name);
    if (schedule !== undefined) return schedule;
    const near = findNearMiss(name, [...this.#byName.keys()].slice(0, 1_000));
    throw new OrchestratorError('NOT_FOUND', `no schedule is called ${JSON.stringify(name)}`, {
      field: 'name',
      hint: near === undefined ? 'see all with: tmux-orchestrator schedule list' : `did you mean ${near}?`,
    });
  }

  /** Those that an agent made for itself. */
  madeBy(agent: string): Schedule[] {
    return [...this.#byName.values()].filter(({ by }) => by.kind === 'agent' && by.name === agent);
  }

  renameAgent(from: string, to: string): void {
    for (const schedule of [...this.#byName.values()]) {
      const { target, by } = schedule;
      const aims = target.kind === 'agent' && target.name === from;
      const owns = by.kind === 'agent' && by.name === from;
      if (!aims && !owns) continue;
      this.note({
        ...schedule,
        target: aims ? { ...target, name: to } : target,
        by: owns ? { ...by, name: to } : by,
      });
    }
  }

  /** On disk when it comes back. Throws `FAILED` where the disk does not take it. */
  put(schedule: Schedule): Schedule {
    onDisk(() => this.#files.write(schedule));
    this.#byName.set(schedule.name, schedule);
    this.#unwritten.delete(schedule.name);
    return schedule;
  }

  /** What has come about already: it is so even where the disk does not take it now, and is written when it does. */
  note(schedule: Schedule): void {
    this.#byName.set(schedule.name, schedule);
    this.#unwritten.add(schedule.name);
    this.flush();
  }

  /** Writes what the disk did not take before. */
  flush(): void {
    for (const name of this.#unwritten) {
      const schedule = this.#byName.get(name);
      try {
        if (schedule !== undefined) this.#files.write(schedule);
      } catch (error) {
        if (isFull(error)) return;
        throw error;
      }
      this.#unwritten.delete(name);
    }
  }

  remove(name: string): void {
    onDisk(() => this.#files.remove(name));
    this.#byName.delete(name);
    this.#unwritten.delete(name);
  }
}

function isFull(error: unknown): boolean {
  return hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO');
}

function onDisk(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new OrchestratorError('FAILED', 'the schedule cannot be written to the disk', {
      hint: 'make room in the state directory, then try again',
      cause: error,
    });
  }
}
