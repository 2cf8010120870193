import { OrchestratorError } from '../base/errors.ts';
import type { Event } from '../model/event.ts';
import {
  faultDueAt,
  gapMs,
  judgeParked,
  judgeReturn,
  limitDueAt,
  type Parked,
  planSharing,
  stateOf,
} from '../model/parking.ts';
import { isOver } from '../model/receipt.ts';
import type { ParkingFile } from '../store/parking-file.ts';
import type { Ground } from './ground.ts';
import { findIfManaged, isLookedAfter } from './managed.ts';
import { ParkingLot } from './parking-lot.ts';
import { isUnderWay, tellToGoOn, type WordOptions, wasSubmitted } from './parking-word.ts';
import { identify } from './roster.ts';

export interface ParkingOptions extends WordOptions {
  file: Pick<ParkingFile, 'read' | 'write'>;
  /** From 0 to 1. */
  random(): number;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
}

/** Timers end early enough to notice that the clock was set or the machine slept. Milliseconds. */
const ROUND_MS = 30_000;
const FLUSH_MS = 1_000;
/** Who shows the same so long after it was told to go on cannot; who could not be told now is tried again by then. Milliseconds. */
const AGAIN_MS = 60_000;

/**
 * Knows which managed agents cannot work because of a usage limit or a fault of their API, and tells them to go on when they can. It only
 * writes into mailboxes: the delivery's own gate decides when something is typed.
 */
export class Parking {
  readonly #options: ParkingOptions;
  readonly #lot: ParkingLot;
  /** When agents that were told to go on are looked at: by then they should work. */
  readonly #verifyAt = new Map<string, number>();
  /** Agents whose screen is being read. */
  readonly #reading = new Set<string>();
  /** Nobody else is let go before this instant. */
  #freeAt = 0;
  #stopTimer = () => {};
  #closed = false;

  constructor(options: ParkingOptions) {
    this.#options = options;
    this.#lot = new ParkingLot(options.file);
  }

  /** Takes up what an earlier worker left, and who came to a limit while there was none. */
  open(): void {
    for (const parked of this.#lot.list()) this.#takeUp(parked);
    for (const { name } of this.#ground.fleet.list()) this.#noteState(name);
    this.#share();
    this.#round();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#lot.write(this.#now());
  }

  /** To be called with every event. */
  note(event: Event): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'agent.state':
        this.#noteState(event.agent);
        break;
      case 'agent.started':
        if (this.#lot.find(event.agent)?.by === null) this.#release(event.agent);
        break;
      case 'agent.unmanaged':
      case 'agent.held':
        this.#drop(event.agent);
        break;
      case 'agent.renamed':
        this.#lot.rename(event.from, event.agent);
        this.#share();
        break;
      case 'agent.managed':
      case 'agent.resumed':
        this.#noteState(event.agent);
        this.#share();
        break;
      case 'config.reloaded':
        this.#share();
        break;
      case 'message.receipt':
        this.#noteReceipt(event);
        break;
      default:
        return;
    }
    this.#plan();
  }

  #takeUp(parked: Parked): void {
    const spec = this.#ground.fleet.find(parked.agent);
    if (spec === undefined || spec.held !== null) this.#lot.remove(parked.agent);
    else if (parked.told !== null) this.#verifyAt.set(parked.agent, this.#now() + AGAIN_MS);
  }

  #noteState(name: string): void {
    const agent = findIfManaged(this.#ground, name);
    if (agent === undefined) return;
    const { state } = agent.fold;
    const parked = this.#lot.find(name);
    const isNew = state === 'limited' && !(parked?.by === null && parked.why === 'limit');
    if (isNew) this.#parkForLimit(name, this.#lot.attemptOf(name, this.#now()));
    else if (parked !== undefined && judgeParked(parked, state) === 'works') this.#release(name);
    else if (parked?.told != null) this.#verifyAt.set(name, this.#now() + AGAIN_MS);
    if (state === 'error' && this.#lot.find(name)?.by !== null) this.#run(name, () => this.#checkFault(name));
  }

  #parkForLimit(name: string, attempt: number): void {
    const resetAt = findIfManaged(this.#ground, name)?.resetAt ?? null;
    const dueAt = limitDueAt({ resetAt, attempt, now: this.#now() }, this.#limits);
    const until = resetAt === null ? null : toInstant(resetAt);
    this.#park({ agent: name, why: 'limit', until, dueAt: toInstant(dueAt), attempt, by: null });
    this.#share();
  }

  /** Only what may pass is worth another try; who cannot log in is held by the recovery. */
  async #checkFault(name: string): Promise<void> {
    const said = await this.#options.readScreenEnd(name);
    const agent = findIfManaged(this.#ground, name);
    if (said === undefined || agent?.fold.state !== 'error' || this.#lot.find(name)?.by === null) return;
    const { apiFaults, authenticationErrors } = agent.profile;
    if (authenticationErrors.test(said) || !apiFaults.test(said)) return;
    this.#parkForFault(name, this.#lot.attemptOf(name, this.#now()));
  }

  #parkForFault(name: string, attempt: number): void {
    const due = faultDueAt(attempt, this.#now());
    const dueAt = due === null ? null : toInstant(due);
    this.#park({ agent: name, why: 'fault', until: dueAt, dueAt, attempt, by: null });
  }

  #park(parked: Omit<Parked, 'since' | 'told'>): void {
    this.#verifyAt.delete(parked.agent);
    this.#lot.put({ ...parked, since: toInstant(this.#now()), told: null });
    this.#noteLimited();
    const agent = findIfManaged(this.#ground, parked.agent);
    if (agent === undefined) return;
    const { why, until } = parked;
    this.#ground.emit({ type: 'agent.parked', ...identify(agent), why, until });
  }

  /** Parks everybody who shares an account with a limited agent, and has those let go who do so no more. */
  #share(): void {
    const { accounts } = this.#limits;
    for (const { agent, cause } of planSharing(this.#ground.fleet.list(), this.#lot.list(), accounts)) {
      const known = this.#lot.find(agent);
      if (known === undefined) {
        const [by, until] = [cause?.agent ?? null, cause?.until ?? null];
        this.#park({ agent, why: 'limit', until, dueAt: null, attempt: 0, by });
      } else if (cause !== undefined) {
        this.#lot.put({ ...known, by: cause.agent, dueAt: null });
      } else if (known.dueAt === null) {
        // Its turn comes.
        this.#lot.put({ ...known, dueAt: toInstant(this.#now()) });
      }
    }
  }

  #round(): void {
    if (this.#closed) return;
    for (const [name, at] of this.#verifyAt) if (at <= this.#now()) this.#verify(name);
    const due = this.#lot.nextDue();
    if (due?.dueAt != null && Date.parse(due.dueAt) <= this.#now() && this.#freeAt <= this.#now()) {
      this.#freeAt = this.#now() + gapMs(this.#limits.spacingMs, this.#options.random());
      if (due.by !== null) this.#release(due.agent);
      else this.#prepare(due);
    }
    this.#plan();
  }

  #plan(): void {
    this.#stopTimer();
    if (this.#closed) return;
    this.#lot.flush(this.#now());
    const due = this.#lot.nextDue()?.dueAt;
    const dueAt = due == null ? Number.POSITIVE_INFINITY : Math.max(Date.parse(due), this.#freeAt);
    const at = Math.min(dueAt, ...this.#verifyAt.values());
    // A clock that was set back must not hold up the spacing for ever.
    if (this.#freeAt - this.#now() > ROUND_MS + 2 * this.#limits.spacingMs) this.#freeAt = 0;
    const delayMs = Math.min(Math.max(at - this.#now(), 1), this.#lot.isDirty ? FLUSH_MS : ROUND_MS);
    this.#stopTimer = this.#ground.clock.after(delayMs, () => this.#round());
  }

  /** Tells it to go on, if it still has to be told and can be. Put off first: whatever fails is tried again. */
  #prepare(parked: Parked): void {
    const { agent: name, why } = parked;
    const spec = this.#ground.fleet.find(name);
    if (spec === undefined) {
      this.#drop(name);
      return;
    }
    this.#lot.put({ ...parked, dueAt: toInstant(this.#now() + AGAIN_MS) });
    const agent = findIfManaged(this.#ground, name);
    if (agent?.fold.state !== stateOf(why) || agent.profile.delivery === undefined) return;
    if (!isLookedAfter(spec) || !this.#limits.continue) return;
    const later = why === 'limit' && agent.resetAt !== null ? agent.resetAt + this.#limits.marginMs : 0;
    if (later > this.#now()) {
      this.#parkForLimit(name, parked.attempt);
      return;
    }
    this.#run(name, async () => {
      const outcome = await tellToGoOn(this.#options, this.#lot, name);
      if (outcome === 'dropped') this.#drop(name);
      if (outcome === 'told') this.#verifyAt.set(name, this.#now() + AGAIN_MS);
    });
  }

  #noteReceipt({ message, state, reason }: Extract<Event, { type: 'message.receipt' }>): void {
    const parked = this.#lot.findTold(message);
    if (parked === undefined || reason === 'stopped') return;
    if (state === 'submitted') this.#verifyAt.set(parked.agent, this.#now() + AGAIN_MS);
    // Whoever cancels it does not want it to be told.
    else if (state === 'cancelled') this.#lot.put({ ...parked, told: null, dueAt: null });
    else if (isOver(state) && state !== 'answered') this.#parkAgain(parked);
  }

  /** It was told to go on some time ago and shows the same still. */
  #verify(name: string): void {
    this.#verifyAt.delete(name);
    const parked = this.#lot.find(name);
    const state = findIfManaged(this.#ground, name)?.fold.state;
    if (parked?.told == null || state !== stateOf(parked.why)) return;
    if (!isUnderWay(this.#options.mail, parked.told)) this.#parkAgain(parked);
  }

  #parkAgain({ agent, why, attempt }: Parked): void {
    if (why === 'limit') this.#parkForLimit(agent, attempt + 1);
    else this.#parkForFault(agent, attempt + 1);
  }

  #release(name: string): void {
    const parked = this.#lot.find(name);
    if (parked === undefined) return;
    const { told } = parked;
    const submitted = told !== null && wasSubmitted(this.#options.mail, told);
    const now = this.#now();
    this.#drop(name, submitted ? toInstant(now) : undefined);
    if (told !== null) this.#options.mail.withdraw(told);
    const agent = findIfManaged(this.#ground, name);
    if (agent === undefined) return;
    const how = judgeReturn(parked, submitted, now);
    this.#ground.emit({ type: 'agent.unparked', ...identify(agent), how });
  }

  #drop(name: string, returnedAt?: string): void {
    this.#verifyAt.delete(name);
    this.#lot.remove(name, returnedAt);
    this.#noteLimited();
    this.#share();
  }

  /** The mail of who is parked for a limit waits. */
  #noteLimited(): void {
    this.#ground.fleet.setParked(this.#lot.limited());
  }

  get #ground(): Ground {
    return this.#options.ground;
  }

  get #limits() {
    return this.#ground.settings().config.limits;
  }

  #now(): number {
    return this.#ground.clock.now();
  }

  #run(name: string, work: () => Promise<void>): void {
    if (this.#reading.has(name)) return;
    this.#reading.add(name);
    const end = work().finally(() => this.#reading.delete(name));
    end.then(
      () => this.#plan(),
      (error: unknown) => {
        // A server that goes in the middle of it is told of by its own event.
        if (!(error instanceof OrchestratorError)) this.#options.onFatal(error);
      },
    );
  }
}

function toInstant(at: number): string {
  return new Date(at).toISOString();
}
