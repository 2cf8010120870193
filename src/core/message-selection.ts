import type { Message } from '../model/message.ts';

export interface MessageFilter {
  to?: string | undefined;
  from?: string | undefined;
  state?: string | undefined;
  limit: number;
  /** Only with a smaller sequence number. */
  before?: number | undefined;
}

/** Those that are wanted, the newest first. */
export function selectMessages(
  messages: Iterable<Message>,
  { to, from, state, limit, before }: MessageFilter,
): Message[] {
  return [...messages]
    .filter((one) => before === undefined || one.sequence < before)
    .filter((one) => to === undefined || one.to === to)
    .filter((one) => from === undefined || one.from.name === from)
    .filter((one) => state === undefined || one.receipt.state === state)
    .sort((a, b) => b.sequence - a.sequence)
    .slice(0, limit);
}
