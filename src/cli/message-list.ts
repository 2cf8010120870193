import type { InputOf, OutputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { layMessage, layMessages } from './message-receipt.ts';
import { printReceipt } from './message-send.ts';
import { collectPages } from './pages.ts';

type View = OutputOf<'message.get'>;

const LIMIT_DEFAULT = 50;

type Filter = Pick<InputOf<'message.list'>, 'to' | 'from' | 'state'>;

export async function listMessages(
  context: Context,
  { limit = LIMIT_DEFAULT, ...filter }: Filter & { limit?: number },
): Promise<void> {
  const client = openClient(context);
  const messages = await collectPages<View>(limit, async (place) => {
    const page = await client.call('message.list', { ...filter, ...place });
    return { items: page.messages, next: page.next };
  });
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
