import type { Notifier } from '../host/notifier.ts';

interface LinkOptions {
  notifier: Notifier;
  /** The supervisor kills a worker that is silent for so long; undefined where it does not. */
  watchdogMs: number | undefined;
  /** The worker in a few words. */
  describe(): string;
  /** Microseconds of CLOCK_MONOTONIC, which systemd counts by too: setting the time of day must not starve the watchdog. */
  monotonicUs(): bigint;
}

/** Signs of life are given so many times within the time the supervisor allows: one may be late and one lost. */
const SIGNS_PER_WATCHDOG = 3;

/** What the worker tells the supervisor in the course of its life. */
export class SupervisorLink {
  readonly #options: LinkOptions;
  #ready = false;
  #sending = false;
  #shown = '';
  #signAt = Number.NEGATIVE_INFINITY;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Rounds must come at least so often for the watchdog. Milliseconds. */
  get roundEveryMs(): number {
    return (this.#options.watchdogMs ?? Number.POSITIVE_INFINITY) / SIGNS_PER_WATCHDOG;
  }

  /** The first complete look at tmux is done, or there is no server. */
  ready(): Promise<void> {
    this.#ready = true;
    this.#shown = this.#options.describe();
    return this.#options.notifier.send('READY=1', statusOf(this.#shown));
  }

  /**
   * A round of the watch has ended. The watchdog is fed here and nowhere else, so that it finds a worker whose rounds have stopped
   * although its timers still run. A tmux server that does not answer is no fault of the worker, and starting that again would not help:
   * a round that ended at its time limit is a sign of life. One that failed is none: if that goes on, a new worker is worth a try.
   */
  noteRound({ failed }: { failed: boolean }): void {
    if (!this.#ready || this.#sending) return;
    const now = this.#readMs();
    const status = this.#options.describe();
    const news = [
      ...(status === this.#shown ? [] : [statusOf(status)]),
      ...(!failed && this.#isSignDue(now) ? ['WATCHDOG=1'] : []),
    ];
    if (news.length === 0) return;
    this.#shown = status;
    if (news.includes('WATCHDOG=1')) this.#signAt = now;
    this.#sending = true;
    void this.#options.notifier.send(...news).finally(() => {
      this.#sending = false;
    });
  }

  /** The configuration is about to be read again; the supervisor waits for `reloaded`. Neither counts before the start is complete. */
  async reloading(): Promise<void> {
    if (!this.#ready) return;
    await this.#options.notifier.send('RELOADING=1', `MONOTONIC_USEC=${this.#options.monotonicUs()}`);
  }

  async reloaded(): Promise<void> {
    if (this.#ready) await this.#options.notifier.send('READY=1');
  }

  stopping(): Promise<void> {
    return this.#options.notifier.send('STOPPING=1', statusOf('stopping'));
  }

  #readMs(): number {
    return Number(this.#options.monotonicUs() / 1_000n);
  }

  #isSignDue(now: number): boolean {
    return this.#options.watchdogMs !== undefined && now - this.#signAt >= this.roundEveryMs;
  }
}

function statusOf(text: string): string {
  return `STATUS=${text}`;
}
