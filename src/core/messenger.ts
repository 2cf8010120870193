import { OrchestratorError } from '../base/errors.ts';
import type { Agent } from '../model/agent.ts';
import type { Event } from '../model/event.ts';
import type { Message, Sender } from '../model/message.ts';
import { isOver } from '../model/receipt.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { Answers, type RecordedTurn } from './answers.ts';
import type { Attempt } from './attempt.ts';
import { Delivery } from './delivery.ts';
import { DeliveryBook, keyOf } from './delivery-book.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { findRecipients, type Target, tooMany } from './delivery-recipients.ts';
import { composeMessage, type NewMessage, newId, refuseEcho, refuseOtherText } from './delivery-request.ts';
import { hasCome, waitForChange } from './delivery-wait.ts';
import { answerDialog, type DialogChoice } from './dialog-answer.ts';
import type { Ground } from './ground.ts';
import { type MessageFilter, selectMessages } from './message-selection.ts';
import type { WatchedAgent } from './watched-agent.ts';

export interface MessengerOptions {
  ground: Ground;
  mailbox: Mailbox;
  /** What the CLI's own record of the conversation holds of a message, where it has one that can be read. */
  findInRecord(agent: WatchedAgent, message: Message): RecordedTurn | undefined;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
}

interface WaitOptions {
  until: 'submitted' | 'answered';
  timeoutMs: number;
  signal: AbortSignal;
}

/** Expired and old messages are looked for this often. Milliseconds. */
const EXPIRY_ROUND_MS = 1_000;
const PRUNE_ROUNDS = 3_600;
/** What is between a paste and the proof of its submission gets so long to end when the worker stops. Milliseconds. */
const CLOSE_LIMIT_MS = 3_000;
const WAKING: ReadonlySet<Event['type']> = new Set([
  ...(['agent.state', 'agent.found', 'agent.gone', 'agent.started', 'agent.ended', 'agent.held'] as const),
  ...(['agent.managed', 'agent.paused', 'agent.resumed', 'agent.unparked'] as const),
]);

/** Everybody's mail: takes messages, has them delivered, and knows what became of them. */
export class Messenger {
  readonly #options: MessengerOptions;
  readonly #book: DeliveryBook;
  readonly #delivery: Delivery;
  readonly #queue: DeliveryQueue;
  readonly #answers: Answers;
  #rounds = 0;
  #stopRound = () => {};

  constructor(options: MessengerOptions) {
    this.#options = options;
    const { ground, mailbox, findInRecord, onFatal } = options;
    this.#book = new DeliveryBook({ mailbox, clock: ground.clock, emit: (event) => ground.emit(event) });
    const book = this.#book;
    this.#answers = new Answers({ ground, book, findInRecord });
    this.#delivery = new Delivery({
      ...{ ground, book },
      keepText: (message) => mailbox.writeText(message, message.text),
      isInRecord: (agent, message) => findInRecord(agent, message) !== undefined,
    });
    this.#queue = new DeliveryQueue({
      ...{ ground, book, onFatal },
      attempt: (id) => this.#attempt(id),
      settle: (id, attempt) => this.#settle(id, attempt),
    });
  }

  /** Takes up what an earlier worker left. Gives paths of files that could not be understood: somebody should be told. */
  open(): string[] {
    const broken = this.#book.load();
    for (const message of this.#book.all()) {
      if (message.receipt.state === 'submitted' && message.receipt.reason === null)
        this.#answers.follow(message);
    }
    this.#queue.wakeAll();
    this.#round();
    return broken;
  }

  async close(): Promise<void> {
    this.#stopRound();
    await this.#queue.close(CLOSE_LIMIT_MS);
  }

  /** To be called with every event. */
  note(event: Event): void {
    if (event.type === 'server.connected' || event.type === 'server.lost') this.#queue.wakeAll();
    if (!('agent' in event) || !WAKING.has(event.type)) return;
    const { agent } = event;
    if (event.type === 'agent.gone' || event.type === 'agent.ended') this.#answers.giveUp(agent, 'ended');
    else if (event.type === 'agent.started') this.#answers.giveUp(agent, 'was started anew');
    else if (event.type === 'agent.state') this.#run(this.#answers.settle(agent));
    this.#queue.wake(agent);
  }

  async send(to: string, request: NewMessage, from: Sender): Promise<Message> {
    const { ground } = this.#options;
    ground.fleet.get(to);
    const known = this.#findSent(to, request, from);
    if (known !== undefined) return known;
    const { depthMax } = ground.settings().config.mail;
    if (this.#book.countOpen(to) >= depthMax) throw tooMany(to, depthMax);
    return this.#accept(to, request, from);
  }

  async broadcast(target: Target, request: NewMessage, from: Sender): Promise<Message[]> {
    const recipients = findRecipients(this.#options.ground.fleet, target, from);
    const { depthMax } = this.#options.ground.settings().config.mail;
    const broadcast = newId();
    return recipients.map((to) => {
      const known = this.#findSent(to, request, from);
      if (known !== undefined) return known;
      const full = this.#book.countOpen(to) >= depthMax;
      const message = this.#accept(to, request, from, { broadcast });
      if (!full) return message;
      const detail = tooMany(to, depthMax).message;
      return this.#book.finish(message.id, 'failed', { reason: 'mailbox-full', detail });
    });
  }

  /** The brief of a new conversation. One that was not delivered yet is replaced. */
  sendStanding(to: string, text: string): Message {
    for (const { id, standing, step } of this.#book.openOf(to)) {
      if (standing && step === 'none') this.#book.finish(id, 'cancelled', { reason: 'replaced' });
    }
    const from: Sender = { kind: 'service', name: 'tmux-orchestrator' };
    return this.#accept(to, { text, expireAfterMs: null }, from, { standing: true });
  }

  /** Tells an agent to go on after a usage limit or a fault. The same key gives the message that is there already. */
  sendContinue(to: string, text: string, idempotencyKey: string): Message {
    const from: Sender = { kind: 'service', name: 'tmux-orchestrator' };
    const request = { text, expireAfterMs: null, idempotencyKey };
    return this.#findSent(to, request, from) ?? this.#accept(to, request, from, { continues: true });
  }

  /** Whether a message of this sender waits for the agent, other than the one with this key. */
  holds(to: string, from: Sender, exceptKey: string): boolean {
    return this.#book
      .openOf(to)
      .some(
        (one) =>
          one.from.kind === from.kind && one.from.name === from.name && one.idempotencyKey !== exceptKey,
      );
  }

  /** Takes a message back that has become needless, if nothing of it was typed yet. */
  withdraw(id: string): void {
    this.#book.withdraw(id);
  }

  list(filter: MessageFilter): Message[] {
    return selectMessages(this.#book.all(), filter);
  }

  /** All that are known, in no order. */
  all(): Iterable<Message> {
    return this.#book.all();
  }

  get(id: string): Message {
    return this.#book.get(id);
  }

  async cancel(id: string): Promise<Message> {
    const message = this.#book.get(id);
    if (message.step === 'none') {
      const cancelled = this.#book.finish(id, 'cancelled');
      this.#queue.wake(message.to);
      return cancelled;
    }
    throw new OrchestratorError(
      'CONFLICT',
      `message ${id} is being delivered: its text may stand in the prompt of ${message.to}`,
      {
        field: 'id',
        hint: `see how it goes on with: tmux-orchestrator message show ${id}`,
      },
    );
  }

  async retry(id: string): Promise<Message> {
    const { to, from, text, priority, whileBusy, interrupt, standing, continues, receipt } =
      this.#book.get(id);
    if (!isOver(receipt.state) || receipt.state === 'answered') {
      throw new OrchestratorError('CONFLICT', `message ${id} is ${receipt.state}`, {
        field: 'id',
        hint: 'only what failed, expired, was cancelled or is uncertain can be sent once more',
      });
    }
    this.#options.ground.fleet.get(to);
    return this.#accept(to, { text, priority, whileBusy, interrupt }, from, { standing, continues });
  }

  /** Comes back when its receipt says `until` or something final, after `timeoutMs`, or when nobody waits any more. */
  async wait(id: string, { until, ...limits }: WaitOptions): Promise<Message> {
    await waitForChange(this.#book, id, (message) => hasCome(message, until), {
      ...limits,
      clock: this.#options.ground.clock,
    });
    return this.#book.get(id);
  }

  answer(name: string, choice: DialogChoice): Promise<Agent> {
    return answerDialog(this.#options.ground, name, choice);
  }

  /** Its recipient is stopped for good. What has an Enter behind it may have been submitted. */
  failAll(agent: string, reason: string): void {
    for (const { id, step } of this.#book.openOf(agent)) {
      const detail = `${agent} was stopped: ${reason}`;
      this.#book.finish(id, step === 'enter' ? 'uncertain' : 'failed', { reason: 'stopped', detail });
    }
    this.#answers.giveUp(agent, 'was stopped');
  }

  renameMailbox(agent: string, to: string): void {
    this.#book.rename(agent, to);
    this.#answers.rename(agent, to);
    this.#queue.rename(agent, to);
  }

  #findSent(to: string, { idempotencyKey, text }: NewMessage, from: Sender): Message | undefined {
    if (idempotencyKey === undefined) return undefined;
    const known = this.#book.findByKey(keyOf({ to, from }, idempotencyKey));
    if (known !== undefined) refuseOtherText(known, text);
    return known;
  }

  #accept(
    to: string,
    request: NewMessage,
    from: Sender,
    more: Partial<Pick<Message, 'standing' | 'broadcast' | 'continues'>> = {},
  ): Message {
    const { ground } = this.#options;
    const { expireAfterMs } = ground.settings().config.mail;
    const now = ground.clock.now();
    const message = composeMessage(
      request,
      { to, from, now, sequence: this.#book.nextSequence(), expireAfterMs },
      more,
    );
    refuseEcho(message, this.#book.openOf(to), now);
    this.#book.accept(message);
    this.#queue.wake(to);
    return message;
  }

  /** What was submitted before is answered by now, or its answer would be mixed with the next one. */
  async #attempt(id: string): Promise<Attempt> {
    await this.#answers.settle(this.#book.get(id).to);
    return this.#delivery.attempt(id);
  }

  #settle(id: string, attempt: Exclude<Attempt, { kind: 'wait' }>): void {
    this.#delivery.forget(id);
    if (attempt.kind !== 'submitted') {
      const { kind, reason, detail } = attempt;
      this.#book.conclude(id, kind, { reason, detail });
      return;
    }
    const { evidence, stateBefore } = attempt;
    const submittedAt = new Date(this.#options.ground.clock.now()).toISOString();
    this.#answers.follow(this.#book.conclude(id, 'submitted', { evidence, stateBefore, submittedAt }));
  }

  #round(): void {
    const { clock } = this.#options.ground;
    this.#stopRound = clock.after(EXPIRY_ROUND_MS, () => this.#round());
    const now = new Date(clock.now()).toISOString();
    this.#book.flush();
    for (const agent of this.#book.recipients()) this.#expire(agent, now);
    if (this.#rounds++ % PRUNE_ROUNDS === 0) this.#book.prune(this.#options.ground.settings().config.mail);
  }

  /** A delivery that was begun cannot expire: its text may stand in the prompt. */
  #expire(agent: string, now: string): void {
    for (const { id, step, expiresAt, receipt } of this.#book.openOf(agent)) {
      if (expiresAt === null || expiresAt > now || step !== 'none' || receipt.state === 'delivering')
        continue;
      const detail = receipt.reason === null ? null : `it waited for: ${receipt.reason}`;
      this.#book.conclude(id, 'expired', { reason: receipt.reason, detail });
      this.#queue.wake(agent);
    }
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.onFatal(error));
  }
}
