import { OrchestratorError } from '../base/errors.ts';
import type { Message, Receipt, ReceiptState } from './message.ts';

/**
 * Where a receipt may go from each state. The same state twice means that its reason or detail changed. A delivery that was begun
 * cannot expire or be cancelled: its text may stand in the prompt. What is uncertain or answered never goes back into the queue.
 */
const NEXT: Readonly<Record<ReceiptState, readonly ReceiptState[]>> = {
  accepted: ['waiting', 'delivering', 'failed', 'expired', 'cancelled'],
  waiting: ['waiting', 'delivering', 'failed', 'expired', 'cancelled'],
  delivering: ['waiting', 'delivering', 'submitted', 'failed', 'uncertain'],
  submitted: ['submitted', 'answered'],
  // Evidence may turn up later, for example in the CLI's own record of the conversation.
  uncertain: ['uncertain', 'submitted', 'answered'],
  answered: [],
  failed: [],
  expired: [],
  cancelled: [],
};

/** What goes with a state; what is not given is null, but for an answer and the evidence of a submission, which stay. */
export type ReceiptChange = Partial<Omit<Receipt, 'state' | 'at'>>;

/** The receipt of a message that has just been written to the disk. `at`: RFC 3339 in UTC, as everywhere here. */
export function firstReceipt(at: string): Receipt {
  return { state: 'accepted', at, reason: null, detail: null, evidence: null, answer: null };
}

/** The next receipt. Throws `CONFLICT` where that step does not exist. `at` stays what it was while the state does. */
export function moveReceipt(
  receipt: Receipt,
  to: ReceiptState,
  at: string,
  change: ReceiptChange = {},
): Receipt {
  if (!mayMove(receipt.state, to)) {
    throw new OrchestratorError('CONFLICT', `a message that is ${receipt.state} cannot become ${to}`, {
      hint: isOver(receipt.state) ? 'send it again with: tmux-orchestrator message retry' : undefined,
    });
  }
  return {
    state: to,
    at: to === receipt.state ? receipt.at : at,
    reason: change.reason ?? null,
    detail: change.detail ?? null,
    evidence: change.evidence ?? receipt.evidence,
    answer: change.answer ?? receipt.answer,
  };
}

export function mayMove(from: ReceiptState, to: ReceiptState): boolean {
  return NEXT[from].includes(to);
}

/** Whether nothing more is done for a message in this state. `submitted` is not over: an answer may come. */
export function isOver(state: ReceiptState): boolean {
  return state !== 'submitted' && (NEXT[state].length === 0 || state === 'uncertain');
}

const RANKS: Readonly<Record<Message['priority'], number>> = { urgent: 0, normal: 1, low: 2 };

/**
 * The message of one recipient that is delivered next. What tells it to go on comes first, as nothing else reaches it; then a standing
 * brief: a conversation begins with it. Then priority, then the order of acceptance. So what one sender sends with one priority arrives in the order it was sent; an urgent message overtakes
 * everything, also its sender's own earlier ones, as that is what it is urgent for.
 */
export function nextMessage(waiting: readonly Message[]): Message | undefined {
  return waiting.reduce<Message | undefined>(
    (first, one) => (first === undefined || isBefore(one, first) ? one : first),
    undefined,
  );
}

function isBefore(a: Message, b: Message): boolean {
  if (a.continues !== b.continues) return a.continues;
  if (a.standing !== b.standing) return a.standing;
  const ranks = RANKS[a.priority] - RANKS[b.priority];
  return ranks === 0 ? a.sequence < b.sequence : ranks < 0;
}
