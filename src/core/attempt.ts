import { OrchestratorError } from '../base/errors.ts';
import type { SubmitEvidence, WaitReason } from '../model/message.ts';
import type { AgentState } from '../model/state.ts';

/** What became of one attempt. `wait`: nothing was submitted by us, and `soon` says that no event will tell when to try again. */
export type Attempt =
  | { kind: 'submitted'; evidence: SubmitEvidence; stateBefore: AgentState }
  | { kind: 'wait'; reason: WaitReason; detail: string | null; soon: boolean }
  | { kind: 'failed' | 'uncertain'; reason: string; detail: string };

export function wait(reason: WaitReason, detail: string | null = null, soon = false): Attempt {
  return { kind: 'wait', reason, detail, soon };
}

/** Each Enter came too late for the screen it was meant for. */
export const RESTLESS = wait('human-typing', 'its screen does not come to rest', true);

/** The pane or the server went in the middle: what was written down tells the next attempt what may have happened. */
export function explainLoss(error: unknown): Attempt {
  if (!(error instanceof OrchestratorError)) throw error;
  if (error.code === 'NOT_FOUND') return wait('no-pane', null, true);
  return wait('server', error.message, true);
}
