import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../base/errors.ts';
import type { StartCount } from '../model/start-count.ts';
import { writeFileAtomic } from './atomic-file.ts';

/** `starts.json` in the state directory, where only launchd looks after the worker. */
export class StartCountFile {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'starts.json');
  }

  /** A file that cannot be understood counts nothing: it must not keep the worker from starting. */
  read(): StartCount {
    try {
      const { startedAt } = JSON.parse(readFileSync(this.#path, 'utf8'));
      return { startedAt: Array.isArray(startedAt) ? startedAt.filter(Number.isFinite) : [] };
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError || hasErrorCode(error, 'ENOENT')) {
        return { startedAt: [] };
      }
      throw error;
    }
  }

  write(count: StartCount): void {
    writeFileAtomic(this.#path, `${JSON.stringify(count)}\n`);
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }
}
