import {
  type Decision,
  decideAfterEnter,
  decideAfterPaste,
  decideResumption,
  type StepFacts,
} from '../model/delivery-step.ts';
import type { Message, WaitReason } from '../model/message.ts';
import { findFileReason, render, renderFiled } from '../model/message-text.ts';
import type { AgentState } from '../model/state.ts';
import { pressKeyIf, pressKeys } from '../tmux/keys.ts';
import type { PaneCondition } from '../tmux/pane-condition.ts';
import { pasteIf } from '../tmux/paste.ts';
import { type Attempt, explainLoss, RESTLESS, wait } from './attempt.ts';
import type { DeliveryBook } from './delivery-book.ts';
import { type Checks, isStillAtRest, isTaken, planChecks } from './delivery-checks.ts';
import {
  conditionOf,
  judgeFreshly,
  judgeFromRoster,
  lookDelayMs,
  type Parcel,
  readRecipientSigns,
  type Sight,
  seeRecipient,
} from './delivery-look.ts';
import type { Ground } from './ground.ts';
import type { WatchedAgent } from './watched-agent.ts';

export interface DeliveryOptions {
  ground: Ground;
  book: DeliveryBook;
  /** Keeps a text that cannot be typed in a file and gives its path. */
  keepText(message: Message): string;
  /** Whether the CLI's own record of the conversation holds the message. */
  isInRecord(agent: WatchedAgent, message: Message): boolean;
}

/** How long a pasted text may take to show. Milliseconds. */
const SHOW_LIMIT_MS = 3_000;
/** How long a submission may take to show, and when a text that still stands there was not taken. Milliseconds. */
const CONFIRM = { limitMs: 6_000, takenMs: 700 } as const;
const ENTERS_MAX = 2;
/** A screen that moves again and again in the moment of an Enter belongs to somebody else. */
const MISSES_MAX = 5;
const TRIES_MAX = 5;
const INTERRUPTIBLE: ReadonlySet<string> = new Set<WaitReason>(['busy', 'retrying', 'stuck']);

/**
 * Brings one message into one agent: gate, paste, Enter, certainty. Steps are written down before they are taken, so that whoever goes on after
 * a crash knows what may have happened. A short text to an agent that has rested goes by checks: tmux types only where all is as the watch saw
 * it last. Every other one goes by looks, each of which tmux compares once more in the moment of typing. So no Enter ever approves anything, and
 * no text of a person is sent, erased or mixed with ours.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #pastedAt = new Map<string, number>();
  readonly #interrupted = new Set<string>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** One attempt, in the pane's turn. */
  async attempt(id: string): Promise<Attempt> {
    const { ground, book } = this.#options;
    const message = book.get(id);
    const agent = ground.roster.findByName(message.to);
    const gate = judgeFromRoster(ground, message, agent);
    const mustLook = message.step !== 'none' || this.#mayInterrupt(message, agent);
    if (agent === undefined || (!gate.open && (!mustLook || gate.reason === 'server'))) {
      return wait(gate.open ? 'no-pane' : gate.reason);
    }
    if (agent.profile.delivery === undefined) {
      const detail = `nothing is known of how to write to ${agent.profile.title}`;
      return { kind: 'failed', reason: 'profile', detail };
    }
    try {
      return await ground.turns.take(agent.pane.id, () => this.#deliver(id, agent));
    } catch (error) {
      return explainLoss(error);
    }
  }

  /** Its delivery is over. */
  forget(id: string): void {
    this.#pastedAt.delete(id);
    this.#interrupted.delete(id);
  }

  async #deliver(id: string, agent: WatchedAgent): Promise<Attempt> {
    const { ground } = this.#options;
    if (ground.roster.find(agent.pane.id) !== agent) return wait('no-pane', null, true);
    const parcel = this.#pack(id, agent, ground.server());
    const checks = planChecks(ground, parcel);
    return (checks && (await this.#deliverByChecks(parcel, checks))) ?? this.#deliverByLooks(parcel);
  }

  /** Lets tmux check in the steps themselves what looks would tell; what it finds otherwise is left to looks. Null: nothing was pasted. */
  async #deliverByChecks(parcel: Parcel, checks: Checks): Promise<Attempt | null> {
    const { ground, isInRecord } = this.#options;
    const { agent, message } = parcel;
    const pastedAt = await this.#type(parcel, checks.toPaste);
    if (pastedAt === null) return null;
    if (!isStillAtRest(ground, parcel) || !(await this.#enter(parcel, checks.toEnter))) {
      return this.#submit(parcel, 'idle', await seeRecipient(ground, parcel), pastedAt);
    }
    await this.#pause(lookDelayMs(0));
    const isRecorded = isInRecord(agent, message);
    if (!isRecorded && !(await isTaken(ground, parcel, checks))) return this.#confirm(parcel, 'idle', false);
    return { kind: 'submitted', evidence: isRecorded ? 'native' : 'screen', stateBefore: 'idle' };
  }

  async #deliverByLooks(parcel: Parcel): Promise<Attempt> {
    const { ground } = this.#options;
    const { agent } = parcel;
    const [sight, signs] = await Promise.all([seeRecipient(ground, parcel), readRecipientSigns(parcel)]);
    const personWasThere = (signs.humanActiveAt ?? 0) >= this.#pasteTime(parcel.message);
    const decision = this.#resume(parcel, sight, personWasThere);
    if (decision.do !== 'paste' && decision.do !== 'enter')
      return this.#conclude(decision, agent.fold.state, parcel);
    const gate = await judgeFreshly(ground, parcel, sight, signs);
    if (!gate.open && this.#mayInterrupt(parcel.message, agent) && INTERRUPTIBLE.has(gate.reason)) {
      return this.#interrupt(parcel);
    }
    if (!gate.open) return wait(gate.reason);
    const before: AgentState = sight.state === 'draft' ? 'idle' : sight.state;
    if (decision.do === 'enter') return this.#submit(parcel, before, sight);
    return this.#paste(parcel, before, sight);
  }

  /** Where a delivery that was begun earlier goes on; a fresh one begins with the paste. */
  #resume(parcel: Parcel, sight: Sight, personWasThere: boolean): Decision {
    const { step } = parcel.message;
    if (step === 'none') return { do: 'paste' };
    return decideResumption({ ...this.#factsOf(parcel, sight), step, personWasThere });
  }

  async #paste(parcel: Parcel, before: AgentState, sight: Sight): Promise<Attempt> {
    const { ground } = this.#options;
    const { message } = parcel;
    if (sight.standing === 'hidden') return wait('unknown', 'its prompt cannot be found on its screen');
    if (message.tries >= TRIES_MAX) {
      const detail = `the text was pasted ${message.tries} times and never stayed in its prompt; nothing was submitted`;
      return { kind: 'failed', reason: 'not-shown', detail };
    }
    const pastedAt = await this.#type(parcel, conditionOf(parcel, sight));
    if (pastedAt === null) return wait('human-typing', 'its screen changed in the last moment', true);
    ground.request(parcel.agent.pane.id);
    return this.#submit(parcel, before, await seeRecipient(ground, parcel), pastedAt);
  }

  /** Pastes the text if the condition holds, and leaves the CLI the time that it needs before an Enter. Gives when; null: nothing was pasted. */
  async #type(
    { agent, server, message, rendered }: Parcel,
    condition: PaneCondition,
  ): Promise<number | null> {
    const { book, ground } = this.#options;
    const { id, tries } = message;
    book.noteStep(id, 'paste', tries + 1);
    const pastedAt = ground.clock.now();
    this.#pastedAt.set(id, pastedAt);
    if (!(await pasteIf(server, agent.pane.id, condition, { id, text: rendered }))) {
      book.noteStep(id, 'none');
      return null;
    }
    await this.#pause(agent.profile.delivery?.enterDelayMs ?? 0);
    return pastedAt;
  }

  /** From a text that was pasted to one that is submitted: Enter as soon as all of it stands in the prompt. */
  async #submit(parcel: Parcel, before: AgentState, first: Sight, pastedAt?: number): Promise<Attempt> {
    const { ground } = this.#options;
    const since = pastedAt ?? ground.clock.now();
    let sight = first;
    for (let looks = 0, misses = 0; ; looks++) {
      const sinceMs = ground.clock.now() - since;
      const decision = decideAfterPaste(this.#factsOf(parcel, sight), sinceMs, SHOW_LIMIT_MS);
      if (decision.do === 'enter') {
        if (await this.#enter(parcel, conditionOf(parcel, sight)))
          return this.#confirm(parcel, before, !sight.showsEnd);
        if (++misses >= MISSES_MAX) return RESTLESS;
      } else if (decision.do !== 'look') {
        return this.#conclude(decision, before, parcel);
      }
      await this.#pause(lookDelayMs(looks));
      sight = await seeRecipient(ground, parcel);
    }
  }

  /**
   * From Enter to the certainty that it was taken, or to the knowledge that there is none. `endIsNew`: the end of the text stood in no
   * conversation before; of a long text that is all to be seen.
   */
  async #confirm(parcel: Parcel, before: AgentState, endIsNew: boolean): Promise<Attempt> {
    const { ground } = this.#options;
    const { agent, server } = parcel;
    let pressedAt = ground.clock.now();
    for (let looks = 0, enters = 1, misses = 0; ; looks++) {
      await this.#pause(lookDelayMs(looks));
      const sight = await seeRecipient(ground, parcel);
      const sinceEnterMs = ground.clock.now() - pressedAt;
      const inConversation = sight.inConversation || (endIsNew && sight.showsEnd);
      const facts = { ...this.#factsOf(parcel, sight), inConversation };
      const decision = decideAfterEnter(facts, before, { ...CONFIRM, sinceEnterMs });
      if (decision.do === 'enter') {
        if (enters >= ENTERS_MAX) return this.#giveUp(parcel.message);
        if (await pressKeyIf(server, agent.pane.id, conditionOf(parcel, sight), 'Enter')) {
          enters++;
          pressedAt = ground.clock.now();
        } else if (++misses >= MISSES_MAX) {
          return RESTLESS;
        }
      } else if (decision.do !== 'look') {
        ground.request(agent.pane.id);
        return this.#conclude(decision, before, parcel);
      }
    }
  }

  /** The text stands in the prompt and the CLI takes no Enter: it was surely not submitted. */
  #giveUp({ tries, id }: Message): Attempt {
    const detail = 'the text stands in its prompt, but it takes no Enter; nothing was submitted';
    if (tries >= TRIES_MAX) return { kind: 'failed', reason: 'enter-ignored', detail };
    this.#options.book.noteStep(id, 'paste', tries + 1);
    return wait('draft', detail, true);
  }

  /** The first Enter, written down before it is pressed. */
  async #enter({ agent, server, message }: Parcel, condition: PaneCondition): Promise<boolean> {
    const { book } = this.#options;
    book.noteStep(message.id, 'enter');
    if (await pressKeyIf(server, agent.pane.id, condition, 'Enter')) return true;
    book.noteStep(message.id, 'paste');
    return false;
  }

  #mayInterrupt(message: Message, agent: WatchedAgent | undefined): boolean {
    const { interrupt, id, step } = message;
    const works = agent !== undefined && INTERRUPTIBLE.has(agent.fold.state);
    return interrupt && step === 'none' && works && !this.#interrupted.has(id);
  }

  /** The sender wants it to stop what it does; the text follows when it has. Once for each message. */
  async #interrupt({ message, agent, server }: Parcel): Promise<Attempt> {
    this.#interrupted.add(message.id);
    await pressKeys(server, agent.pane.id, agent.profile.interrupt);
    this.#options.ground.request(agent.pane.id);
    return wait('busy', 'it was interrupted');
  }

  #conclude(decision: Decision, stateBefore: AgentState, { message }: Parcel): Attempt {
    switch (decision.do) {
      case 'submitted':
        return { kind: 'submitted', evidence: decision.evidence, stateBefore };
      case 'lost':
        return {
          kind: 'uncertain',
          reason: 'no-evidence',
          detail: `${decision.detail}; look, then: tmux-orchestrator message retry ${message.id}`,
        };
      case 'wait':
        return wait(
          decision.reason,
          decision.detail,
          decision.reason === 'unknown' || decision.reason === 'draft',
        );
      default:
        throw new Error(`a delivery cannot end with ${decision.do}`);
    }
  }

  #pack(id: string, agent: WatchedAgent, server: Parcel['server']): Parcel {
    const message = this.#options.book.get(id);
    return { message, agent, server, rendered: this.#render(message, agent) };
  }

  /** The same message always gives the same text: after a crash it is known again by it. */
  #render(message: Message, { profile }: WatchedAgent): string {
    const rendered = render(message);
    const reason = findFileReason(rendered, profile.delivery);
    if (reason === null) return rendered;
    const path = this.#options.keepText(message);
    return renderFiled(message, { path, bytes: Buffer.byteLength(message.text), reason });
  }

  #factsOf({ agent, message }: Parcel, sight: Sight): StepFacts {
    return { ...sight, inRecord: this.#options.isInRecord(agent, message) };
  }

  /** After a crash the receipt on the disk tells when the delivery began. */
  #pasteTime({ id, receipt, acceptedAt }: Message): number {
    return this.#pastedAt.get(id) ?? Date.parse(receipt.state === 'delivering' ? receipt.at : acceptedAt);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.ground.clock.after(ms, resolve));
  }
}
