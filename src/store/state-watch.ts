import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';

interface StateWatchOptions {
  runtime: string;
  /** Files were written or removed. */
  onChange(): void;
  /** A second has gone by: ages grow, and a killed worker writes nothing that would be noticed. */
  onTick(): void;
}

const TICK_MS = 1_000;
/** A change of several agents comes as several renames. */
const COALESCE_MS = 30;

/** Tells a reader when the files below the runtime directory change, whether or not the directory is there yet. */
export class StateWatch {
  readonly #options: StateWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #clock: NodeJS.Timeout;
  #pending: NodeJS.Timeout | undefined;
  #seen: string;

  constructor(options: StateWatchOptions) {
    this.#options = options;
    this.#seen = this.#describe();
    this.#arm();
    this.#clock = setInterval(() => this.#tick(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#clock);
    clearTimeout(this.#pending);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  get #folders(): string[] {
    return [this.#options.runtime, join(this.#options.runtime, 'agents')];
  }

  #arm(): void {
    for (const folder of this.#folders) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, () => this.#note());
        watcher.on('error', () => this.#disarm(folder));
        this.#watchers.set(folder, watcher);
      } catch {
        // Not there yet, or no watch left to have: the tick finds changes by the folder's time.
      }
    }
  }

  #disarm(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #note(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#seen = this.#describe();
      this.#options.onChange();
    }, COALESCE_MS);
  }

  /** A folder that was removed and made anew has a dead watch; its number tells. */
  #tick(): void {
    const seen = this.#describe();
    if (seen !== this.#seen) {
      for (const folder of this.#folders) this.#disarm(folder);
      this.#arm();
      this.#note();
    }
    this.#options.onTick();
  }

  #describe(): string {
    return this.#folders
      .map((folder) => statSync(folder, { throwIfNoEntry: false }))
      .map((stats) => (stats === undefined ? '' : `${stats.ino}:${stats.mtimeMs}`))
      .join(' ');
  }
}
