import { randomBytes } from 'node:crypto';
import { OrchestratorError } from '../base/errors.ts';
import type { Message, Sender } from '../model/message.ts';
import { newMessageId } from '../model/message-id.ts';
import { cleanMessage } from '../model/message-text.ts';
import { firstReceipt } from '../model/receipt.ts';

/** What a sender asks for. */
export interface NewMessage {
  text: string;
  priority?: Message['priority'] | undefined;
  /** Milliseconds; null: never. Default of the configuration where absent. */
  expireAfterMs?: number | null | undefined;
  idempotencyKey?: string | undefined;
  whileBusy?: boolean | undefined;
  interrupt?: boolean | undefined;
}

interface Stamp {
  to: string;
  from: Sender;
  /** Milliseconds since the epoch. */
  now: number;
  sequence: number;
  expireAfterMs: number;
}

export function newId(): string {
  return newMessageId(randomBytes);
}

/** The message as it is kept. Throws `INVALID` for a text that cannot be sent. */
export function composeMessage(
  request: NewMessage,
  { to, from, now, sequence, expireAfterMs }: Stamp,
  more: Partial<Pick<Message, 'standing' | 'broadcast' | 'continues'>> = {},
): Message {
  const { text, notes } = cleanMessage(request.text);
  const at = new Date(now).toISOString();
  const expireMs = request.expireAfterMs === undefined ? expireAfterMs : request.expireAfterMs;
  return {
    v: 1,
    id: newId(),
    ...{ to, from, text, notes, sequence },
    priority: request.priority ?? 'normal',
    acceptedAt: at,
    expiresAt: expireMs === null ? null : new Date(now + expireMs).toISOString(),
    idempotencyKey: request.idempotencyKey ?? null,
    whileBusy: request.whileBusy ?? false,
    interrupt: request.interrupt ?? false,
    standing: false,
    continues: false,
    broadcast: null,
    ...{ step: 'none', tries: 0, submittedAt: null, stateBefore: null },
    receipt: firstReceipt(at),
    ...more,
  };
}

/** Throws `CONFLICT` where this is not the text that the key of a message stands for. */
export function refuseOtherText({ id, text }: Message, other: string): void {
  if (cleanMessage(other).text === text) return;
  throw new OrchestratorError('CONFLICT', `the idempotency key was used for another text, message ${id}`, {
    field: 'idempotencyKey',
    hint: 'use a new key for a new text',
  });
}

/** Two agents that answer each other in the same words would go on for ever. Milliseconds. */
const ECHO_MS = 60_000;

/**
 * Refuses what an agent has just said to the same recipient and what waits there still. A person may say a thing twice, and so may an
 * agent that gives an idempotency key of its own. Throws `CONFLICT`.
 */
export function refuseEcho(message: Message, waiting: readonly Message[], now: number): void {
  if (message.from.kind !== 'agent' || message.idempotencyKey !== null) return;
  const same = waiting.find(
    ({ from, text, acceptedAt }) =>
      from.kind === 'agent' &&
      from.name === message.from.name &&
      text === message.text &&
      now - Date.parse(acceptedAt) < ECHO_MS,
  );
  if (same === undefined) return;
  throw new OrchestratorError(
    'CONFLICT',
    `the same text waits for ${message.to} already, as message ${same.id}`,
    {
      field: 'text',
      hint: 'wait for that one, or give an idempotency key to send it once more all the same',
    },
  );
}
