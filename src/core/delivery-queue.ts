import type { Message, WaitReason } from '../model/message.ts';
import { nextMessage } from '../model/receipt.ts';
import { AGENT_STATES } from '../model/state.ts';
import type { Attempt } from './attempt.ts';
import type { DeliveryBook } from './delivery-book.ts';
import type { Ground } from './ground.ts';

export interface DeliveryQueueOptions {
  ground: Ground;
  book: DeliveryBook;
  /** One attempt to deliver a message. Rejects only for what nobody expects. */
  attempt(id: string): Promise<Attempt>;
  /** What comes of an attempt that did not put the message back into the queue. */
  settle(id: string, attempt: Exclude<Attempt, { kind: 'wait' }>): void;
  onFatal(error: unknown): void;
}

/** Deliveries at the same time; more would only wait for the one tmux server, and hold up the watch. */
const DELIVERIES_MAX = 16;
/** What no event tells the end of is tried again after so long, at first and at most. Milliseconds. */
const AGAIN_MIN_MS = 300;
const AGAIN_MAX_MS = 5_000;
/** And everything that waits is looked at now and then. Milliseconds. */
const SAFETY_MS = 30_000;
/** After one delivery the watch must have seen what it led to before rest counts again. Milliseconds. */
const REST_MS = 600;

const STATES: ReadonlySet<string> = new Set(AGENT_STATES);
/** What no event tells the end of. */
const SILENT: ReadonlySet<string> = new Set<WaitReason>([
  ...(['copy-mode', 'input-off', 'synchronized', 'human-typing', 'not-foreground', 'server'] as const),
]);
/** What only a person can end. */
const FOR_PERSON: ReadonlySet<string> = new Set<WaitReason>([
  ...(['draft', 'approval', 'question', 'setup', 'error', 'exited', 'dead', 'suspended', 'stuck'] as const),
  ...(['held', 'copy-mode', 'input-off', 'synchronized', 'no-pane', 'not-foreground', 'unknown'] as const),
]);

/** The mail of one agent, as far as it is being delivered. */
interface Lane {
  running: boolean;
  /** Asked for while it ran. */
  again: boolean;
  /** Attempts in a row that ended with the same silent reason. */
  rounds: number;
  restUntil: number;
  cancelTimer: () => void;
  /** Since when the head of the lane waits for what a person must do. */
  blocked: { id: string; since: number; told: boolean } | null;
}

/** Decides when which message is tried: one at a time for each agent, a few in all, woken by events and timers. */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(options: DeliveryQueueOptions) {
    this.#options = options;
  }

  /** Something happened that may matter to this agent's mail. */
  wake(agent: string): void {
    if (this.#closed || this.#options.book.countOpen(agent) === 0) return;
    const lane = this.#laneOf(agent);
    if (lane.running) {
      lane.again = true;
      return;
    }
    const restMs = lane.restUntil - this.#options.ground.clock.now();
    if (restMs > 0) this.#later(agent, restMs);
    else this.#enqueue(agent);
  }

  wakeAll(): void {
    for (const agent of this.#options.book.recipients()) this.wake(agent);
  }

  rename(agent: string, to: string): void {
    this.#lanes.get(agent)?.cancelTimer();
    this.wake(to);
  }

  /** Begins nothing new; comes back when what is under way has ended, at most `timeoutMs` later. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.values()) lane.cancelTimer();
    const { clock } = this.#options.ground;
    const limit = new Promise<void>((resolve) => clock.after(timeoutMs, resolve));
    await Promise.race([Promise.all(this.#running), limit]);
  }

  #laneOf(agent: string): Lane {
    const known = this.#lanes.get(agent);
    if (known !== undefined) return known;
    const lane: Lane = {
      ...{ running: false, again: false, rounds: 0, restUntil: 0, blocked: null },
      cancelTimer: () => {},
    };
    this.#lanes.set(agent, lane);
    return lane;
  }

  #later(agent: string, delayMs: number): void {
    const lane = this.#laneOf(agent);
    lane.cancelTimer();
    lane.cancelTimer = this.#options.ground.clock.after(delayMs, () => this.#enqueue(agent));
  }

  #enqueue(agent: string): void {
    this.#ready.add(agent);
    this.#pump();
  }

  #pump(): void {
    for (const agent of this.#ready) {
      if (this.#running.size >= DELIVERIES_MAX || this.#closed) return;
      this.#ready.delete(agent);
      const lane = this.#laneOf(agent);
      const message = choose(this.#options.book.openOf(agent));
      if (message === undefined) this.#lanes.delete(agent);
      else if (!lane.running) this.#start(agent, lane, message.id);
    }
  }

  #start(agent: string, lane: Lane, id: string): void {
    const run = this.#run(lane, id).finally(() => {
      this.#running.delete(run);
      const { to } = this.#options.book.find(id) ?? { to: agent };
      if (lane.again || to !== agent) this.wake(to);
      this.#pump();
    });
    this.#running.add(run);
  }

  async #run(lane: Lane, id: string): Promise<void> {
    lane.running = true;
    lane.again = false;
    lane.cancelTimer();
    try {
      this.#take(lane, id, await this.#options.attempt(id));
    } catch (error) {
      this.#options.onFatal(error);
    } finally {
      lane.running = false;
    }
  }

  #take(lane: Lane, id: string, attempt: Attempt): void {
    const { book, settle, ground } = this.#options;
    const message = book.find(id);
    if (message === undefined || !isOpen(message)) {
      lane.again = true;
      return;
    }
    if (attempt.kind === 'wait') {
      book.noteWaiting(id, attempt.reason, attempt.detail);
      this.#noteTurns(message);
      this.#later(message.to, this.#againMs(lane, message.to, attempt));
      this.#noteBlocked(lane, book.get(id));
      return;
    }
    lane.rounds = 0;
    lane.blocked = null;
    lane.again = true;
    lane.restUntil = ground.clock.now() + (attempt.kind === 'failed' ? 0 : REST_MS);
    settle(id, attempt);
  }

  /** Who waits behind one that waits knows it. */
  #noteTurns({ id, to }: Message): void {
    const { book } = this.#options;
    for (const one of book.openOf(to)) {
      if (one.id !== id && one.receipt.state === 'accepted')
        book.noteWaiting(one.id, 'turn', `message ${id} goes first`);
    }
  }

  /** The watch tells when a state ends that it has seen; what only the delivery saw may pass without an event. */
  #againMs(lane: Lane, to: string, { reason, soon }: Extract<Attempt, { kind: 'wait' }>): number {
    const known = this.#options.ground.roster.findByName(to)?.fold.state;
    const unseen = known !== undefined && known !== reason && STATES.has(reason);
    if (!soon && !unseen && !SILENT.has(reason)) {
      lane.rounds = 0;
      return SAFETY_MS;
    }
    return Math.min(AGAIN_MIN_MS * 2 ** lane.rounds++, AGAIN_MAX_MS);
  }

  /** Tells once that a message has waited long for what a person must do. */
  #noteBlocked(lane: Lane, { id, to, from, receipt }: Message): void {
    const { ground } = this.#options;
    const reason = receipt.reason ?? '';
    if (!FOR_PERSON.has(reason)) {
      lane.blocked = null;
      return;
    }
    if (lane.blocked?.id !== id) lane.blocked = { id, since: ground.clock.now(), told: false };
    const waitingMs = ground.clock.now() - lane.blocked.since;
    const { blockedAfterMs } = ground.settings().config.mail;
    if (waitingMs < blockedAfterMs) {
      this.#sooner(lane, to, blockedAfterMs - waitingMs);
    } else if (!lane.blocked.told) {
      lane.blocked.told = true;
      ground.emit({ type: 'message.blocked', message: id, agent: to, from: from.name, reason, waitingMs });
    }
  }

  /** The safety round would come too late. */
  #sooner(lane: Lane, agent: string, delayMs: number): void {
    if (delayMs < SAFETY_MS && lane.rounds === 0) this.#later(agent, delayMs);
  }
}

/** What was begun is ended first: its text may stand in the prompt. */
function choose(open: readonly Message[]): Message | undefined {
  return open.find(({ step }) => step !== 'none') ?? nextMessage(open);
}

function isOpen({ receipt: { state } }: Message): boolean {
  return state === 'accepted' || state === 'waiting' || state === 'delivering';
}
