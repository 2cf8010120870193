import { OrchestratorError } from '../base/errors.ts';
import type { InputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { untilInterrupted } from './interrupt.ts';
import {
  isOver,
  layAnswer,
  layOutcomes,
  type MessageView,
  requireGood,
  stillUnderWay,
} from './message-receipt.ts';
import { readTextSource } from './text-source.ts';
import { callForAgent, waitInPieces } from './worker-call.ts';

/** What `agent send` and `broadcast` share. */
export interface MessageOptions {
  priority?: 'urgent' | 'normal' | 'low';
  whileBusy?: true;
  interrupt?: true;
  /** Milliseconds. */
  expire?: number | 'never';
  key?: string;
}

export interface SendOptions extends MessageOptions {
  wait?: 'submitted' | 'answered';
  timeout?: number;
}

const TIMEOUT_DEFAULT_MS = 60_000;
const TEXT_BYTES_MAX = 1024 * 1024;

/** Puts a text into an agent's mailbox, and waits where asked. Throws `TIMED_OUT`, `MESSAGE_FAILED`, `MESSAGE_EXPIRED`, `MESSAGE_UNCERTAIN`. */
export async function sendMessage(
  context: Context,
  to: string,
  word: string | undefined,
  options: SendOptions,
): Promise<void> {
  const input = { to, ...(await readContent(word, options)) };
  const message = await callForAgent(context, 'message.send', input, { name: to });
  if (options.wait === undefined) printReceipt(context, message);
  else await followMessage(context, message.id, { until: options.wait, timeoutMs: options.timeout });
}

/** Prints what became of a message as soon as it is submitted or answered, or something final. */
export async function followMessage(
  context: Context,
  id: string,
  {
    until,
    timeoutMs = TIMEOUT_DEFAULT_MS,
  }: { until: 'submitted' | 'answered'; timeoutMs?: number | undefined },
): Promise<void> {
  const message = await untilInterrupted(
    (signal) =>
      waitInPieces<MessageView>(
        context,
        timeoutMs,
        (client, { options, ...piece }) =>
          client.call('message.wait', { id, until, ...piece }, { ...options, signal }),
        (answer) => isOver(answer, until),
      ),
    () => context.output.note(`message ${id} stays where it is; see: tmux-orchestrator message show ${id}`),
  );
  if (message === undefined) return;
  printReceipt(context, message);
  if (!isOver(message, until)) throw stillUnderWay(message, timeoutMs);
}

/** Throws what a bad receipt means. */
export function printReceipt({ output }: Context, message: MessageView): void {
  output.print(message, () => [...layOutcomes([message]), ...layAnswer(message)]);
  for (const note of message.notes) output.note(`text was cleaned: ${note}`);
  requireGood(message);
}

interface Target {
  team?: string;
  role?: string;
  all?: true;
}

/** Puts a text into many mailboxes. Throws `SOME_FAILED` (8) where some recipients did not get it. */
export async function broadcast(
  context: Context,
  target: Target,
  word: string | undefined,
  options: MessageOptions,
): Promise<void> {
  const content = await readContent(word, options);
  const { messages } = await openClient(context).call('message.broadcast', { ...target, ...content });
  context.output.print({ messages }, () => layOutcomes(messages));
  const failed = messages.filter(({ receipt }) => receipt.state === 'failed').length;
  if (failed > 0) {
    throw new OrchestratorError('SOME_FAILED', `${failed} of ${messages.length} messages failed`);
  }
  if (messages.length === 0) {
    throw new OrchestratorError('NOT_FOUND', 'there is nobody to write to', {
      hint: 'only managed agents have mailboxes; see: tmux-orchestrator agent list',
    });
  }
}

type Content = Omit<InputOf<'message.send'>, 'to'>;

async function readContent(word: string | undefined, options: MessageOptions): Promise<Content> {
  const { priority, whileBusy, interrupt, expire, key } = options;
  const text = await readTextSource(word, { field: 'text', bytesMax: TEXT_BYTES_MAX });
  return {
    text,
    priority,
    whileBusy,
    interrupt,
    expireAfterMs: expire === 'never' ? null : expire,
    idempotencyKey: key,
  };
}
