import { type FSWatcher, watch } from 'node:fs';

/** Tells that something was written to a terminal device. One shot: after a call it must be armed again. */
export interface TtyWatch {
  /** Starts to wait for the next write. Does nothing where it waits already or where the system cannot. */
  arm(tty: string): void;
  disarm(tty: string): void;
  close(): void;
}

/** Only devices that the kernel's pseudo-terminal driver names so: the path comes from outside. */
const PSEUDO_TERMINAL = /^\/dev\/pts\/\d+$/;

/**
 * On Linux inotify sees every write of a program to its pseudo-terminal, within milliseconds and without tmux knowing.
 * It costs nothing while a pane is quiet, and being one shot little while it is not. A missed write is found by the slow list.
 */
export class InotifyTtyWatch implements TtyWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onWrite: (tty: string) => void;

  constructor(onWrite: (tty: string) => void) {
    this.#onWrite = onWrite;
  }

  arm(tty: string): void {
    if (!PSEUDO_TERMINAL.test(tty) || this.#watchers.has(tty)) return;
    try {
      const watcher = watch(tty, { persistent: false }, () => this.#fire(tty));
      watcher.on('error', () => this.disarm(tty));
      this.#watchers.set(tty, watcher);
    } catch {
      // ENOENT, EACCES, ENOSPC (the user's limit of watches): this pane is left to the slow list.
    }
  }

  disarm(tty: string): void {
    this.#watchers.get(tty)?.close();
    this.#watchers.delete(tty);
  }

  close(): void {
    for (const tty of [...this.#watchers.keys()]) this.disarm(tty);
  }

  #fire(tty: string): void {
    if (!this.#watchers.has(tty)) return;
    this.disarm(tty);
    this.#onWrite(tty);
  }
}

/** For systems without inotify: the slow list finds every change. */
export const noTtyWatch: TtyWatch = { arm: () => {}, disarm: () => {}, close: () => {} };
