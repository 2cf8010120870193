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

/** Everything there is to show, as a value. All times in milliseconds since the epoch. */
export interface Session {
  name: string;
  now: number;
  phase: Phase;
  /** Text in the prompt, not sent. */
  draft: string;
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

/** Ends what is going on with one more entry of the conversation. */
export function finish(session: Session, block: Block): Session {
  return addBlock({ ...session, phase: { kind: 'ready' } }, block);
}

/** Adds to the conversation and forgets its oldest entry beyond the limit. */
export function addBlock(session: Session, block: Block): Session {
  return { ...session, blocks: [...session.blocks, block].slice(-BLOCKS_MAX) };
}
