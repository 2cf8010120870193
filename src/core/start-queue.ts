import type { Clock } from '../base/clock.ts';

interface StartQueueOptions {
  clock: Clock;
  /** How many may be starting at once. */
  startingMax(): number;
  /** Starts one. Never rejects: what goes wrong is its own business, and it says `done`. */
  start(name: string): Promise<void>;
  /** How long a start may take until its agent is ready, milliseconds. */
  timeoutMsOf(name: string): number;
}

interface Start {
  stopTimer(): void;
}

/** Agents that are brought back, few at a time: a start ends when its agent is ready, or has taken too long. */
export class StartQueue {
  readonly #options: StartQueueOptions;
  readonly #waiting: string[] = [];
  readonly #starting = new Map<string, Start>();
  #closed = false;

  constructor(options: StartQueueOptions) {
    this.#options = options;
  }

  has(name: string): boolean {
    return this.#starting.has(name) || this.isWaiting(name);
  }

  /** Whether its turn has not come yet. */
  isWaiting(name: string): boolean {
    return this.#waiting.includes(name);
  }

  add(name: string): void {
    if (!this.has(name)) this.#waiting.push(name);
    this.#pump();
  }

  /** It is ready, or has ended again, or is wanted no more. */
  done(name: string): void {
    const waiting = this.#waiting.indexOf(name);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    this.#starting.get(name)?.stopTimer();
    this.#starting.delete(name);
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    for (const { stopTimer } of this.#starting.values()) stopTimer();
  }

  #pump(): void {
    while (!this.#closed && this.#starting.size < this.#options.startingMax()) {
      const name = this.#waiting.shift();
      if (name === undefined) return;
      const start = { stopTimer: () => {} };
      this.#starting.set(name, start);
      void this.#run(name, start);
    }
  }

  async #run(name: string, start: Start): Promise<void> {
    await this.#options.start(name);
    // It may be over by now, and another one of it under way.
    if (this.#starting.get(name) !== start) return;
    start.stopTimer = this.#options.clock.after(this.#options.timeoutMsOf(name), () => this.done(name));
  }
}
