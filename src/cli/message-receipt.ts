import { OrchestratorError } from '../base/errors.ts';
import { cleanLine, stripControls } from '../base/text.ts';
import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { ReceiptState } from '../model/message.ts';
import type { OutputOf } from '../operations/routes.ts';
import { layColumns } from './column-layout.ts';

export type MessageView = OutputOf<'message.get'>;

/** States in which nothing more comes by itself. */
const FINAL: readonly ReceiptState[] = ['answered', 'failed', 'expired', 'cancelled', 'uncertain'];

export function isOver({ receipt }: MessageView, until: 'submitted' | 'answered'): boolean {
  return FINAL.includes(receipt.state) || (until === 'submitted' && receipt.state === 'submitted');
}

/** Throws what a receipt means for the exit code: 9 failed or cancelled, 10 expired, 11 uncertain. */
export function requireGood({ id, to, receipt }: MessageView): void {
  const because = receipt.detail ?? receipt.reason;
  const why = because === null ? '' : `: ${cleanLine(because, 500)}`;
  const hint = `see all of it with: tmux-orchestrator message show ${id}`;
  switch (receipt.state) {
    case 'failed':
    case 'cancelled':
      throw new OrchestratorError(
        'MESSAGE_FAILED',
        `message ${id} to ${to} ${receipt.state === 'failed' ? 'failed' : 'was cancelled'}${why}`,
        { hint },
      );
    case 'expired':
      throw new OrchestratorError('MESSAGE_EXPIRED', `message ${id} to ${to} expired${why}`, { hint });
    case 'uncertain':
      throw new OrchestratorError(
        'MESSAGE_UNCERTAIN',
        `nobody knows whether message ${id} was submitted to ${to}${why}`,
        { hint },
      );
  }
}

/** Throws `TIMED_OUT` (7): the message is neither lost nor taken back. */
export function stillUnderWay({ id, to, receipt }: MessageView, timeoutMs: number): OrchestratorError {
  const after = formatDuration(timeoutMs);
  if (receipt.state === 'submitted') {
    return new OrchestratorError('TIMED_OUT', `${to} has not answered message ${id} within ${after}`, {
      hint: `it was submitted; go on waiting with: tmux-orchestrator message wait ${id} --until answered`,
    });
  }
  return new OrchestratorError(
    'TIMED_OUT',
    `message ${id} is not submitted after ${after}: ${layReceipt(receipt)}`,
    {
      hint: `it stays in the mailbox of ${to}; take it back with: tmux-orchestrator message cancel ${id}`,
    },
  );
}

/** `waiting (draft): a draft stands in its prompt`. */
function layReceipt({ state, reason, detail }: MessageView['receipt']): string {
  const why = reason === null ? '' : ` (${cleanLine(reason, 60)})`;
  return `${state}${why}${detail === null ? '' : `: ${cleanLine(detail, 300)}`}`;
}

/** One line a message: id, recipient, what became of it. */
export function layOutcomes(messages: readonly MessageView[]): string[] {
  return layColumns(messages.map(({ id, to, receipt }) => [id, cleanLine(to, 64), layReceipt(receipt)]));
}

/** The answer of an agent as it may be shown: whatever it says, it moves no cursor. */
export function layAnswer({ receipt: { answer } }: MessageView): string[] {
  return answer === null
    ? []
    : answer.text.split('\n').map((row) => stripControls(row.replaceAll('\t', '    ')));
}

/** Many messages: id, receipt, age, from whom to whom, how the text begins. */
export function layMessages(messages: readonly MessageView[], now: number): string[] {
  return layColumns(
    messages.map(({ id, to, from, receipt, acceptedAt, text }) => [
      id,
      receipt.reason === null ? receipt.state : `${receipt.state} (${cleanLine(receipt.reason, 40)})`,
      formatDuration(now - Date.parse(acceptedAt)),
      `${cleanLine(from.name, 64)} -> ${cleanLine(to, 64)}`,
      cleanLine(text, 60),
    ]),
  );
}

/** All of one message. */
export function layMessage(message: MessageView, now: number): string[] {
  const { receipt, expiresAt, notes } = message;
  const at = (instant: string) => formatLocalTime(Date.parse(instant), now);
  const facts: [string, string][] = [
    ['message', message.id],
    ['from', cleanLine(message.from.name, 64)],
    ['to', cleanLine(message.to, 64)],
    ['receipt', `${layReceipt(receipt)}, since ${at(receipt.at)}`],
    ['evidence', receipt.evidence ?? ''],
    ['accepted', at(message.acceptedAt)],
    ['submitted', message.submittedAt === null ? '' : at(message.submittedAt)],
    ['expires', expiresAt === null ? 'never' : at(expiresAt)],
    ['priority', message.priority],
    ['cleaned', cleanLine(notes.join('; '), 500)],
  ];
  const answer = layAnswer(message);
  return [
    ...layColumns(facts.filter(([, value]) => value !== '')),
    'text',
    ...message.text.split('\n').map((row) => `  ${stripControls(row.replaceAll('\t', '    '))}`),
    ...(answer.length === 0
      ? []
      : [`answer (${receipt.answer?.source ?? ''})`, ...answer.map((row) => `  ${row}`)]),
  ];
}
