import { stripControls } from '../base/text.ts';
import type { Message, Receipt } from '../model/message.ts';
import { findRegions } from '../model/region.ts';
import type { Screen } from '../model/screen.ts';
import type { AgentState } from '../model/state.ts';
import type { DeliveryBook } from './delivery-book.ts';
import type { Ground } from './ground.ts';
import type { WatchedAgent } from './watched-agent.ts';

type Answer = NonNullable<Receipt['answer']>;

/** What the CLI's own record of the conversation says of a message. */
export interface RecordedTurn {
  answer: string | null;
  done: boolean;
}

export interface AnswersOptions {
  ground: Ground;
  book: DeliveryBook;
  findInRecord(agent: WatchedAgent, message: Message): RecordedTurn | undefined;
}

/** An agent that rests for so long after a submission worked too shortly to be seen. Milliseconds. */
const RESTS_MS = 3_000;
/** A record is written a little later than the screen. Milliseconds. */
const RECORD_WAIT_MS = 2_000;
const ANSWER_CHARACTERS_MAX = 65_536;
/** States after which no answer to what was submitted before comes any more. */
const OVER: ReadonlySet<AgentState> = new Set(['dead', 'exited', 'error']);

/** Follows what was submitted until its agent rests again, and notes what it answered. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #followed = new Map<string, Set<string>>();

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  follow({ id, to }: Message): void {
    this.#followed.set(to, (this.#followed.get(to) ?? new Set()).add(id));
    this.#options.ground.clock.after(RESTS_MS, () => void this.settle(to));
  }

  rename(agent: string, to: string): void {
    const ids = this.#followed.get(agent);
    this.#followed.delete(agent);
    for (const id of ids ?? []) this.#followed.set(to, (this.#followed.get(to) ?? new Set()).add(id));
  }

  /** No answer will come: the receipt keeps saying that it was submitted, and now why no more. */
  giveUp(agent: string, reason: string): void {
    for (const id of this.#followed.get(agent) ?? []) {
      const detail = `no answer will come: the agent ${reason}`;
      if (this.#isOpen(id)) this.#options.book.conclude(id, 'submitted', { reason, detail });
    }
    this.#followed.delete(agent);
  }

  /** Notes the answers to what was submitted, if the agent has come to rest since. */
  async settle(name: string): Promise<void> {
    const agent = this.#options.ground.roster.findByName(name);
    if (agent === undefined || !this.#followed.has(name)) return;
    if (OVER.has(agent.fold.state)) {
      this.giveUp(name, agent.fold.state);
      return;
    }
    for (const id of this.#followed.get(name) ?? []) await this.#settleOne(agent, id);
  }

  async #settleOne(agent: WatchedAgent, id: string): Promise<void> {
    const { book, ground, findInRecord } = this.#options;
    const message = book.find(id);
    if (message === undefined || !this.#isOpen(id)) {
      this.#drop(agent.name, id);
      return;
    }
    if (!restsSince(agent, message, ground.clock.now())) return;
    const turn = findInRecord(agent, message);
    if (turn !== undefined && !turn.done && ground.clock.now() - agent.fold.since < RECORD_WAIT_MS) {
      ground.clock.after(RECORD_WAIT_MS, () => void this.settle(agent.name));
      return;
    }
    const answer = turn?.done ? readRecord(turn) : await this.#readScreen(agent, message).catch(() => null);
    if (!this.#isOpen(id)) return;
    this.#drop(agent.name, id);
    book.conclude(id, 'answered', { answer });
  }

  #isOpen(id: string): boolean {
    const receipt = this.#options.book.find(id)?.receipt;
    return receipt?.state === 'submitted' && receipt.reason === null;
  }

  #drop(agent: string, id: string): void {
    const ids = this.#followed.get(agent);
    ids?.delete(id);
    if (ids?.size === 0) this.#followed.delete(agent);
  }

  async #readScreen(agent: WatchedAgent, message: Message): Promise<Answer> {
    const { ground } = this.#options;
    const { screen } = await ground.observer().inspect(agent, ground.server());
    return { text: cut(readAnswer(rowsAbovePrompt(screen, agent), message)), source: 'screen' };
  }
}

/** It came to rest after the submission; or it was at rest all the time and long enough to be believed. */
function restsSince({ fold }: WatchedAgent, { submittedAt }: Message, now: number): boolean {
  const since = Date.parse(submittedAt ?? '');
  return fold.state === 'idle' && fold.pending === null && (fold.since > since || now - since >= RESTS_MS);
}

function readRecord({ answer }: RecordedTurn): Answer | null {
  return answer === null ? null : { text: cut(cleanRows(answer.split('\n'))), source: 'native' };
}

function rowsAbovePrompt(screen: Screen, { profile }: WatchedAgent): string[] {
  const prompt = profile.delivery && findRegions(screen, profile.regions).get(profile.delivery.prompt);
  // The row above the prompt's text is its frame.
  return screen.rows.slice(0, prompt === undefined ? undefined : Math.max(0, prompt.top - 1));
}

/** At the start of a row, behind marks of the CLI's own at most: an answer may quote one. */
const ENVELOPE = /^[^\p{L}\p{N}[]*\[from [^\]]* · [0-9a-z]{10}\]/u;

/** Rows between our text and the next message, or all that is left of the answer where our text has scrolled away. */
export function readAnswer(rows: readonly string[], { id, text }: Pick<Message, 'id' | 'text'>): string {
  const start = rows.findLastIndex((row) => ENVELOPE.test(row) && row.includes(id)) + 1;
  const behind = start === 0 ? [...rows] : dropOurs(rows.slice(start), text);
  const next = behind.findIndex((row) => ENVELOPE.test(row));
  return cleanRows(next === -1 ? behind : behind.slice(0, next));
}

/** Our text as the CLI shows it, broken into rows. */
function dropOurs(rows: readonly string[], text: string): string[] {
  let left = squeeze(text);
  const end = rows.findIndex((row) => {
    const shown = squeeze(row);
    if (!left.startsWith(shown)) return true;
    left = left.slice(shown.length);
    return false;
  });
  return end === -1 ? [] : rows.slice(end);
}

function squeeze(text: string): string {
  return text.replace(/\s+/gu, '');
}

function cleanRows(rows: readonly string[]): string {
  return rows
    .map((row) => stripControls(row.replaceAll('\t', ' ')).trimEnd())
    .join('\n')
    .trim();
}

/** The end of it says most. */
function cut(text: string): string {
  return text.slice(-ANSWER_CHARACTERS_MAX);
}
