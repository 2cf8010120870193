import type { Clock } from '../base/clock.ts';
import type { Message } from '../model/message.ts';
import { isOver } from '../model/receipt.ts';
import type { DeliveryBook } from './delivery-book.ts';

interface Limits {
  timeoutMs: number;
  /** Ends when nobody waits any more. */
  signal: AbortSignal;
  clock: Clock;
}

/** Waits until a message is as wanted, the time is up, or nobody waits any more. Throws `NOT_FOUND` for a message that is not there. */
export function waitForChange(
  book: DeliveryBook,
  id: string,
  isWanted: (message: Message) => boolean,
  { timeoutMs, signal, clock }: Limits,
): Promise<void> {
  if (isWanted(book.get(id)) || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      stopWatch();
      stopTimer();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const stopWatch = book.watch(id, () => {
      if (isWanted(book.get(id))) end();
    });
    const stopTimer = clock.after(timeoutMs, end);
    signal.addEventListener('abort', end);
  });
}

/** Whether there is nothing more to wait for: also where no answer will come. */
export function hasCome({ receipt }: Message, until: 'submitted' | 'answered'): boolean {
  if (isOver(receipt.state)) return true;
  return receipt.state === 'submitted' && (until === 'submitted' || receipt.reason !== null);
}
