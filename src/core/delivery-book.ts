import type { Clock } from '../base/clock.ts';
import { type ErrorCode, OrchestratorError } from '../base/errors.ts';
import type { NewEvent } from '../model/event.ts';
import type { Message, ReceiptState } from '../model/message.ts';
import { mayMove, moveReceipt, type ReceiptChange } from '../model/receipt.ts';
import type { Mailbox } from '../store/mailbox.ts';

interface BookOptions {
  mailbox: Mailbox;
  clock: Clock;
  emit(event: NewEvent): void;
}

/** What the mailbox says when the disk is full, cannot be written, or was tampered with. */
const UNWRITABLE: ReadonlySet<ErrorCode> = new Set(['FAILED', 'DIRECTORY']);

type FinalChange = ReceiptChange & Partial<Pick<Message, 'submittedAt' | 'stateBefore'>>;

/** Receipts of messages for which something is still to be done. */
const OPEN: ReadonlySet<ReceiptState> = new Set(['accepted', 'waiting', 'delivering']);

/**
 * All messages that are known, with what became of them. What a crash must not undo is on the disk before it counts: acceptance, each step
 * of a delivery, its end. What a message waits for is found out anew and is kept in memory only.
 */
export class DeliveryBook {
  readonly #options: BookOptions;
  readonly #byId = new Map<string, Message>();
  readonly #open = new Map<string, Set<string>>();
  readonly #byKey = new Map<string, string>();
  /** Ended, and not on the disk yet. */
  readonly #unwritten = new Set<string>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #sequence = 0;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier worker left. Gives paths of files that could not be understood. */
  load(): string[] {
    for (const message of this.#options.mailbox.load()) this.#keep(message);
    return this.#options.mailbox.takeBroken();
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  all(): Iterable<Message> {
    return this.#byId.values();
  }

  find(id: string): Message | undefined {
    return this.#byId.get(id);
  }

  /** Throws `NOT_FOUND`. */
  get(id: string): Message {
    const message = this.#byId.get(id);
    if (message !== undefined) return message;
    throw new OrchestratorError('NOT_FOUND', `there is no message ${JSON.stringify(id)}`, {
      field: 'id',
      hint: 'see those that are there with: tmux-orchestrator message list',
    });
  }

  findByKey(key: string): Message | undefined {
    const id = this.#byKey.get(key);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Names that have open messages. */
  recipients(): string[] {
    return [...this.#open.keys()];
  }

  openOf(agent: string): Message[] {
    return [...(this.#open.get(agent) ?? [])].map((id) => this.get(id));
  }

  countOpen(agent: string): number {
    return this.#open.get(agent)?.size ?? 0;
  }

  /** On disk when it comes back. */
  accept(message: Message): Message {
    this.#options.mailbox.accept(message);
    this.#keep(message);
    this.#tell(message);
    return message;
  }

  /** What it waits for; nothing is written, and nothing told that was known. */
  noteWaiting(id: string, reason: string, detail: string | null): void {
    const message = this.get(id);
    const { receipt } = message;
    const same = receipt.state === 'waiting' && receipt.reason === reason;
    this.#keep({ ...message, receipt: moveReceipt(receipt, 'waiting', this.#now(), { reason, detail }) });
    if (!same) this.#tell(this.get(id));
  }

  /** Writes down which step is taken next, and how often it was tried; `none` takes the delivery back. */
  noteStep(id: string, step: Message['step'], tries = this.get(id).tries): void {
    const message = this.get(id);
    const { mailbox } = this.#options;
    const begins = message.receipt.state !== 'delivering';
    const receipt = begins ? moveReceipt(message.receipt, 'delivering', this.#now()) : message.receipt;
    const noted = { ...message, step, tries, receipt };
    if (mailbox.stageOf(message) === 'new') mailbox.claim(message);
    mailbox.update(noted);
    this.#keep(noted);
    if (begins) this.#tell(noted);
  }

  /** The end of a message that somebody asked for: on disk when it comes back. Throws `FAILED` where the disk does not take it. */
  finish(id: string, state: ReceiptState, change: FinalChange = {}): Message {
    const finished = this.#end(id, state, change);
    this.#options.mailbox.finish(finished);
    return this.#conclude(finished);
  }

  /** The end of a message that has come about: it is so even where the disk does not take it now, and is written when it does. */
  conclude(id: string, state: ReceiptState, change: FinalChange = {}): Message {
    const finished = this.#end(id, state, change);
    this.#unwritten.add(id);
    this.#conclude(finished);
    this.flush();
    return finished;
  }

  /** Takes a message back that has become needless, unless it is over or something of it was typed already. */
  withdraw(id: string): void {
    const message = this.find(id);
    if (message === undefined || message.step !== 'none' || !mayMove(message.receipt.state, 'cancelled'))
      return;
    this.conclude(id, 'cancelled', { reason: 'needless' });
  }

  /** Writes what the disk did not take before. */
  flush(): void {
    for (const id of this.#unwritten) {
      try {
        this.#options.mailbox.finish(this.get(id));
      } catch (error) {
        if (error instanceof OrchestratorError && UNWRITABLE.has(error.code)) return;
        throw error;
      }
      this.#unwritten.delete(id);
    }
  }

  /** A receipt tells that a delivery began before it tells how it ended. */
  #end(id: string, state: ReceiptState, change: FinalChange): Message {
    const message = this.get(id);
    const { submittedAt = message.submittedAt, stateBefore = message.stateBefore, ...rest } = change;
    const begun = needsBeginning(message, state)
      ? moveReceipt(message.receipt, 'delivering', this.#now())
      : message.receipt;
    return { ...message, submittedAt, stateBefore, receipt: moveReceipt(begun, state, this.#now(), rest) };
  }

  #conclude(finished: Message): Message {
    this.#keep(finished);
    this.#tell(finished);
    return finished;
  }

  /** Gives all mail of one name to another. */
  rename(agent: string, to: string): void {
    this.#options.mailbox.rename(agent, to);
    for (const message of [...this.#byId.values()]) {
      if (message.to === agent) this.#keep({ ...message, to });
    }
    this.#open.delete(agent);
  }

  /** Forgets finished messages that are too old or too many. */
  prune({ keepMs, keepMax }: { keepMs: number; keepMax: number }): void {
    const now = this.#options.clock.now();
    for (const agent of this.#options.mailbox.agents()) {
      for (const id of this.#options.mailbox.prune(agent, { keepMs, keepMax, now })) this.#byId.delete(id);
    }
    for (const [key, id] of this.#byKey) if (!this.#byId.has(id)) this.#byKey.delete(key);
  }

  /** Calls `action` after each change of a message; the returned function ends it. */
  watch(id: string, action: () => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(action));
    return () => {
      watchers.delete(action);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  #keep(message: Message): void {
    const { id, to, sequence, receipt, idempotencyKey } = message;
    this.#sequence = Math.max(this.#sequence, sequence);
    this.#byId.set(id, message);
    if (idempotencyKey !== null) this.#byKey.set(keyOf(message, idempotencyKey), id);
    const open = this.#open.get(to) ?? new Set();
    if (OPEN.has(receipt.state)) open.add(id);
    else open.delete(id);
    if (open.size === 0) this.#open.delete(to);
    else this.#open.set(to, open);
  }

  #tell({ id, to, from, receipt: { state, reason } }: Message): void {
    this.#options.emit({ type: 'message.receipt', message: id, agent: to, from: from.name, state, reason });
    for (const action of [...(this.#watchers.get(id) ?? [])]) action();
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

/** A key counts for one sender and one recipient. */
export function keyOf({ from, to }: Pick<Message, 'from' | 'to'>, key: string): string {
  return JSON.stringify([from.kind, from.name, to, key]);
}

function needsBeginning({ receipt }: Message, state: ReceiptState): boolean {
  const begins = receipt.state === 'accepted' || receipt.state === 'waiting';
  return begins && (state === 'submitted' || state === 'uncertain');
}
