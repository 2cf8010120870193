import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Schedule, ScheduleSchema } from '../model/schedule.ts';
import { syncDirectory, writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';

/** `schedules/NAME.json` of the state directory. Written through to the disk. */
export class ScheduleFiles {
  readonly #folder: string;
  #broken: string[] = [];

  constructor(stateDirectory: string, uid: number) {
    this.#folder = join(stateDirectory, 'schedules');
    ensurePrivateDirectory(this.#folder, uid);
  }

  /** All of them. One that cannot be understood is put aside; see `takeBroken`. */
  readAll(): Schedule[] {
    return readdirSync(this.#folder)
      .filter((file) => /^[a-z0-9][a-z0-9_-]*\.json$/.test(file))
      .flatMap((file) => this.#read(file));
  }

  /** Paths of the files that were put aside since this was asked last. */
  takeBroken(): string[] {
    const broken = this.#broken;
    this.#broken = [];
    return broken;
  }

  write(schedule: Schedule): void {
    const path = join(this.#folder, `${schedule.name}.json`);
    writeFileAtomic(path, `${JSON.stringify(schedule, null, 1)}\n`, { durable: true });
  }

  remove(name: string): void {
    rmSync(join(this.#folder, `${name}.json`), { force: true });
    syncDirectory(this.#folder);
  }

  #read(file: string): Schedule[] {
    const path = join(this.#folder, file);
    try {
      const schedule = ScheduleSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      if (`${schedule.name}.json` === file) return [schedule];
    } catch (error) {
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    }
    renameSync(path, `${path}.broken`);
    this.#broken.push(`${path}.broken`);
    return [];
  }
}
