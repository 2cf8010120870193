import type { InputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { layMessage, layMessages } from './message-receipt.ts';
import { printReceipt } from './message-send.ts';

export async function listMessages(context: Context, filter: InputOf<'message.list'>): Promise<void> {
  const { messages } = await openClient(context).call('message.list', filter);
  context.output.print({ messages }, () => layMessages(messages, Date.now()));
}

export async function showMessage(context: Context, id: string): Promise<void> {
  const message = await openClient(context).call('message.get', { id });
  context.output.print(message, () => layMessage(message, Date.now()));
}

export async function cancelMessage({ output, ...context }: Context, id: string): Promise<void> {
  const message = await openClient(context).call('message.cancel', { id });
  output.print(message, () => [`${id}  ${message.receipt.state}`]);
}

/** The text goes into the mailbox once more, as a new message. */
export async function retryMessage(context: Context, id: string): Promise<void> {
  printReceipt(context, await openClient(context).call('message.retry', { id }));
}
