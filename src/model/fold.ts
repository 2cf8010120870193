import type { AgentState } from './state.ts';
import type { Evidence, Verdict } from './verdict.ts';

/** What is known of an agent's state over time. All times in milliseconds since the epoch. */
export interface Fold {
  state: AgentState;
  since: number;
  evidence: Evidence[];
  resetText: string | null;
  /** When anything of the agent last moved: screen or title. */
  movedAt: number;
  /** A reading that must be seen again before it counts: since when it was read, and since when nothing has moved. */
  pending: { state: AgentState; since: number; stillSince: number } | null;
}

export interface FoldOptions {
  /** Two equal readings at least this far apart before a state of rest counts. */
  settleMs: number;
  stuckAfterMs: number;
}

export interface Folded {
  fold: Fold;
  /** The state before, where it changed. */
  changedFrom: AgentState | null;
  /** Look again after this long, because a reading waits to be confirmed. */
  lookAgainMs: number | null;
}

/**
 * States that a half-drawn frame shows by accident: the first frame of an answer, the one after Enter and the one after
 * an approval all look at rest for 100 to 300 ms.
 */
const NEEDS_CONFIRMATION: ReadonlySet<AgentState> = new Set(['idle', 'draft', 'unknown', 'starting']);

/** The fold of an agent that was found just now. */
export function firstFold(now: number): Fold {
  const evidence: Evidence[] = [{ kind: 'none', rule: 'not-read-yet', state: 'unknown' }];
  return { state: 'unknown', since: now, evidence, resetText: null, movedAt: now, pending: null };
}

export interface Reading {
  verdict: Verdict;
  /** Screen or title differ from the reading before. */
  moved: boolean;
  /** Something was written since the reading before, even if it left the same picture. */
  stirred: boolean;
  now: number;
}

/** Takes one more reading into account. */
export function foldReading(fold: Fold, reading: Reading, options: FoldOptions): Folded {
  const { now } = reading;
  const movedAt = reading.moved ? now : fold.movedAt;
  const verdict = judgeMotion(reading.verdict, now - movedAt, options);
  const seen = { ...fold, movedAt };
  if (verdict.state === fold.state) return keep(seen, verdict);
  if (!NEEDS_CONFIRMATION.has(verdict.state)) return change(seen, verdict, now);
  return confirm(seen, { ...reading, verdict }, options);
}

/** However much moves around it, a state of rest that was read for this many times the settling time counts. */
const RESTLESS_MAX = 8;

/**
 * Waits until the same was read again after the settling time. Looks are rarer than frames: when anything was written in between,
 * the agent may have worked between two looks, so the time starts anew.
 */
function confirm(fold: Fold, { verdict, moved, stirred, now }: Reading, { settleMs }: FoldOptions): Folded {
  const before = fold.pending?.state === verdict.state ? fold.pending : null;
  const since = before?.since ?? now;
  const stillSince = before === null || moved || stirred ? now : before.stillSince;
  const settled = before !== null && (now - stillSince >= settleMs || now - since >= settleMs * RESTLESS_MAX);
  if (settled) return change(fold, verdict, now);
  const pending = { state: verdict.state, since, stillSince };
  return { fold: { ...fold, pending }, changedFrom: null, lookAgainMs: stillSince + settleMs - now };
}

/** A busy agent of which nothing moves is stuck. */
function judgeMotion(verdict: Verdict, stillMs: number, options: FoldOptions): Verdict {
  if (verdict.state !== 'busy' || stillMs < options.stuckAfterMs) return verdict;
  const evidence: Evidence = { kind: 'time', rule: 'busy-but-still', state: 'stuck' };
  return { ...verdict, state: 'stuck', evidence: [evidence, ...verdict.evidence] };
}

/** The same state, with the evidence that led into it; a limit may have told its end by now. */
function keep(fold: Fold, verdict: Verdict): Folded {
  const resetText = verdict.resetText ?? fold.resetText;
  return { fold: { ...fold, resetText, pending: null }, changedFrom: null, lookAgainMs: null };
}

function change(fold: Fold, verdict: Verdict, now: number): Folded {
  const { state, evidence } = verdict;
  return {
    fold: { ...fold, state, evidence, since: now, resetText: verdict.resetText ?? null, pending: null },
    changedFrom: fold.state,
    lookAgainMs: null,
  };
}
