import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hasErrorCode } from '../base/errors.ts';

interface JournalOptions {
  /** Path of the newest file; older ones are called `PATH.1` and so on. */
  path: string;
  /** A file is put aside when it would grow beyond this. */
  bytesMax: number;
  /** Number of old files kept. */
  filesMax: number;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/** A journal: one JSON object a line, appended, with rotation by size. */
export class Journal {
  readonly #options: JournalOptions;
  #descriptor: number;
  #bytes: number;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#descriptor = openForAppend(options.path);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  append(record: object): void {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    if (this.#bytes > 0 && this.#bytes + line.length > this.#options.bytesMax) this.#rotate();
    writeSync(this.#descriptor, line);
    this.#bytes += line.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    const { path, filesMax } = this.#options;
    closeSync(this.#descriptor);
    rmSync(`${path}.${filesMax}`, { force: true });
    for (let i = filesMax - 1; i >= 1; i--) renameIfThere(`${path}.${i}`, `${path}.${i + 1}`);
    if (filesMax > 0) renameIfThere(path, `${path}.1`);
    else rmSync(path, { force: true });
    this.#descriptor = openForAppend(path);
    this.#bytes = 0;
  }
}

function openForAppend(path: string): number {
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}
