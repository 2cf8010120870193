import type { Clock } from '../base/clock.ts';
import type { WorkerState } from '../model/agent.ts';
import { STATE_VERSION } from '../model/state-version.ts';

type Snapshot = Pick<WorkerState, 'tmux' | 'panes' | 'agents' | 'counters'>;

interface HeartbeatOptions {
  clock: Clock;
  identity: Pick<WorkerState, 'pid' | 'version' | 'startedAt'>;
  describe(): Snapshot;
  write(state: WorkerState): void;
}

/** Often enough for a reader to tell a hung worker, seldom enough to cost nothing. */
const BEAT_EVERY_MS = 5_000;

/** Keeps `worker.json`: at once when the connection or the number of agents changes, else every five seconds. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #writtenAt = 0;
  #beatAt: number;
  #shown = '';

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#beatAt = options.clock.now();
  }

  /** The last completed round, RFC 3339; before the first one the start. */
  get at(): string {
    return new Date(this.#beatAt).toISOString();
  }

  /** A round of the watch was completed. */
  beat(): void {
    const now = this.#options.clock.now();
    this.#beatAt = now;
    const snapshot = this.#options.describe();
    const shown = `${snapshot.tmux.status} ${snapshot.tmux.pid} ${snapshot.agents}`;
    if (shown === this.#shown && now - this.#writtenAt < BEAT_EVERY_MS) return;
    this.#shown = shown;
    this.#writtenAt = now;
    this.#write(snapshot, null);
  }

  /** The last word of a clean stop. */
  stop(): void {
    this.#write(this.#options.describe(), new Date(this.#options.clock.now()).toISOString());
  }

  #write(snapshot: Snapshot, stoppedAt: string | null): void {
    const heartbeatAt = new Date(this.#options.clock.now()).toISOString();
    const { identity } = this.#options;
    this.#options.write({ v: STATE_VERSION, ...identity, heartbeatAt, stoppedAt, ...snapshot });
  }
}
