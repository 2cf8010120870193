import { stripControls } from '../base/text.ts';
import { PLAIN, type PromptKind } from './prompt-kind.ts';
import type { Input } from './terminal.ts';

/** One entry of the conversation: what was said to it, what it answered, a usage limit, an error. */
export interface Block {
  kind: 'said' | 'answer' | 'limit' | 'error';
  lines: readonly string[];
}

/** Something that takes time. `endsAt` is null for what never ends by itself. */
export interface Work {
  kind: 'busy' | 'hung' | 'flooding' | 'retrying' | 'compacting';
  startedAt: number;
  endsAt: number | null;
  /** What is added to the conversation at the end. */
  outcome: Block;
  /** Frames written so far, for a flood. */
  frames: number;
}

/** A dialog that stands in the place of the prompt. */
export interface Menu {
  purpose: 'approval' | 'question' | 'setup';
  heading: string;
  detail: string;
  options: readonly string[];
  selected: number;
}

export type Phase =
  | { kind: 'blank'; until: number; bannerMs: number }
  | { kind: 'banner'; until: number }
  | { kind: 'ready' }
  | { kind: 'working'; work: Work }
  | { kind: 'menu'; menu: Menu };

/** How the program ends or pauses; a crash leaves the screen standing, without a code by SIGKILL. */
export type Leaving =
  | { how: 'leave'; code: number }
  | { how: 'crash'; code: number | null }
  | { how: 'suspend' };

/** How it differs from one that works as it should, for tests of those who write to it. */
export interface Behaviour {
  kind: PromptKind;
  /** So many Enters at a prompt with text in it do nothing. */
  swallowEnters: number;
  /** An Enter within this time behind text is a line break: that of the kind, or more. Milliseconds. */
  enterNewlineMs: number;
  /** What happens `pasteFaultMs` behind a paste unless it was sent by then: a dialog opens, or the process is killed. */
  onPaste: 'ask' | 'die' | null;
  pasteFaultMs: number;
  /** How long it works on what it is told. Milliseconds. */
  answerMs: number;
}

export const PLAIN_BEHAVIOUR: Behaviour = {
  kind: PLAIN,
  swallowEnters: 0,
  enterNewlineMs: 0,
  onPaste: null,
  pasteFaultMs: 0,
  answerMs: 2_000,
};

/** What really happened, for the log: the text of each prompt that was sent, and every input that came while a dialog was open. */
export type LogEntry =
  | { event: 'submit' | 'command' | 'shell'; text: string; how?: 'sent' | 'queued' | 'steered' }
  | { event: 'dialog'; purpose: Menu['purpose']; input: Input; chose: string | null };

/** Everything there is to show, as a value. All times in milliseconds since the epoch. */
export interface Session {
  name: string;
  now: number;
  phase: Phase;
  /** Text in the prompt, not sent. */
  draft: string;
  /** Pastes of which only a mark stands in the prompt. */
  pastes: readonly { shown: string; text: string }[];
  /** When text last came into the prompt. */
  textAt: number | null;
  behaviour: Behaviour;
  /** Enters that did nothing so far. */
  swallowed: number;
  /** When the fault behind a paste strikes. */
  faultAt: number | null;
  /** What is to be logged, oldest first; emptied by who writes it. */
  log: readonly LogEntry[];
  /** Texts sent while busy. */
  queue: readonly string[];
  blocks: readonly Block[];
  /** Ctrl-C was pressed once at an empty prompt. */
  leavesNext: boolean;
  leaving: Leaving | null;
}

/** The spinner moves this often. */
export const TICK_MS = 250;
/** A retry of the API counts down from this. */
export const RETRY_MS = 2_000;
const BLOCKS_MAX = 50;

/** Ends the program as it should end. */
export function leave(session: Session, code: number): Session {
  return { ...session, leaving: { how: 'leave', code } };
}

/** Begins something that takes time; without a duration it never ends by itself. */
export function startWork(
  session: Session,
  kind: Work['kind'],
  durationMs: number | null,
  answer: string,
): Session {
  const endsAt = durationMs === null ? null : session.now + durationMs;
  const outcome: Block = { kind: 'answer', lines: [answer] };
  return {
    ...session,
    phase: { kind: 'working', work: { kind, startedAt: session.now, endsAt, outcome, frames: 0 } },
  };
}

/** Notes something for the log. */
export function tell(session: Session, entry: LogEntry): Session {
  return { ...session, log: [...session.log, entry] };
}

/** Ends what is going on with one more entry of the conversation. */
export function finish(session: Session, block: Block): Session {
  return addBlock({ ...session, phase: { kind: 'ready' } }, block);
}

/** Adds to the conversation, fit to be drawn, and forgets its oldest entry beyond the limit. */
export function addBlock(session: Session, { kind, lines }: Block): Session {
  const block = { kind, lines: lines.map(cleanRow) };
  return { ...session, blocks: [...session.blocks, block].slice(-BLOCKS_MAX) };
}

/** A line as it may be drawn: what came in as text must not act on the terminal. */
export function cleanRow(line: string): string {
  return stripControls(line.replaceAll('\t', '    '));
}
