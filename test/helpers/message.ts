import type { Message } from '../../src/model/message.ts';
import { newMessageId } from '../../src/model/message-id.ts';
import { firstReceipt } from '../../src/model/receipt.ts';

let sequence = 0;

/** A message of a person to `ada` that has just been accepted; ids and sequence numbers rise within a test file. */
export function message(change: Partial<Message> = {}): Message {
  sequence++;
  const digits = Array.from({ length: 10 }, (_, i) => Math.floor(sequence / 32 ** (9 - i)) % 32);
  const at = new Date(1_795_000_000_000 + sequence).toISOString();
  return {
    v: 1,
    id: newMessageId(() => Uint8Array.from(digits)),
    to: 'ada',
    from: { kind: 'user', name: 'user' },
    text: 'please look at the tests',
    notes: [],
    priority: 'normal',
    acceptedAt: at,
    sequence,
    expiresAt: null,
    idempotencyKey: null,
    whileBusy: false,
    interrupt: false,
    standing: false,
    continues: false,
    broadcast: null,
    step: 'none',
    tries: 0,
    submittedAt: null,
    stateBefore: null,
    receipt: firstReceipt(at),
    ...change,
  };
}
