import type { Clock } from '../base/clock.ts';
import type { PaneId } from '../tmux/quoting.ts';

interface LookQueueOptions {
  clock: Clock;
  /** Looks at the pane. Never rejects. */
  look(pane: PaneId): Promise<void>;
}

/** A write is rarely alone: the rest of the frame gets this long to follow. */
const COALESCE_MS = 12;
/** Least time between two looks at one pane; grows with the number of panes that are being looked at. */
const GAP_MIN_MS = 400;
const GAP_MAX_MS = 500;
const GAP_PER_ACTIVE_PANE_MS = 5;
/** Looks that must wait anyway are done together with others: waking up costs more than looking. */
const BATCH_MS = 50;
/** Looks under way at once; the others wait, so that a burst does not fill the connection. */
const UNDER_WAY_MAX = 24;
/** A pane counts as active this long after its last look. */
const ACTIVE_MS = 1_000;

/**
 * Decides when a pane is looked at. Quiet panes that stir are looked at nearly at once; a busy or flooding one at most a few times
 * a second, the less often the more of them there are.
 */
export class LookQueue {
  readonly #options: LookQueueOptions;
  readonly #lookedAt = new Map<PaneId, number>();
  readonly #waiting = new Map<PaneId, { due: number; cancel: () => void }>();
  readonly #ready: PaneId[] = [];
  readonly #underWay = new Set<PaneId>();
  readonly #again = new Set<PaneId>();
  #active = { count: 0, until: 0, panes: new Set<PaneId>() };

  constructor(options: LookQueueOptions) {
    this.#options = options;
  }

  /** Looks at the pane soon, not before `delayMs`. A request that waits already is brought forward, never put back. */
  request(pane: PaneId, delayMs = COALESCE_MS): void {
    if (this.#underWay.has(pane)) {
      this.#again.add(pane);
      return;
    }
    const now = this.#options.clock.now();
    const rested = (this.#lookedAt.get(pane) ?? 0) + this.#gapMs(now);
    const due = rested <= now + delayMs ? now + delayMs : Math.ceil(rested / BATCH_MS) * BATCH_MS;
    const waiting = this.#waiting.get(pane);
    if (waiting !== undefined && waiting.due <= due) return;
    waiting?.cancel();
    const cancel = this.#options.clock.after(due - now, () => this.#start(pane));
    this.#waiting.set(pane, { due, cancel });
  }

  forget(pane: PaneId): void {
    this.#waiting.get(pane)?.cancel();
    this.#waiting.delete(pane);
    this.#lookedAt.delete(pane);
    this.#again.delete(pane);
  }

  clear(): void {
    for (const pane of [...this.#lookedAt.keys(), ...this.#waiting.keys()]) this.forget(pane);
    this.#ready.length = 0;
  }

  #start(pane: PaneId): void {
    this.#waiting.delete(pane);
    this.#ready.push(pane);
    this.#startReady();
  }

  #startReady(): void {
    while (this.#underWay.size < UNDER_WAY_MAX) {
      const pane = this.#ready.shift();
      if (pane === undefined) return;
      void this.#lookAt(pane);
    }
  }

  async #lookAt(pane: PaneId): Promise<void> {
    this.#underWay.add(pane);
    this.#lookedAt.set(pane, this.#options.clock.now());
    this.#active.panes.add(pane);
    await this.#options.look(pane);
    this.#underWay.delete(pane);
    if (this.#again.delete(pane)) this.request(pane);
    this.#startReady();
  }

  #gapMs(now: number): number {
    if (now >= this.#active.until) {
      this.#active = { count: this.#active.panes.size, until: now + ACTIVE_MS, panes: new Set() };
    }
    return Math.min(GAP_MAX_MS, Math.max(GAP_MIN_MS, this.#active.count * GAP_PER_ACTIVE_PANE_MS));
  }
}
