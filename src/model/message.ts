import { z } from 'zod';
import { AGENT_STATES } from './state.ts';

const Instant = z.iso.datetime();

/** Who wrote: known from the caller's connection, never from the text. `service`: this program itself, for example a standing brief. */
export const SenderSchema = z.object({
  kind: z.enum(['user', 'agent', 'service']),
  name: z.string().describe('what recipients read; a user is `user`'),
});

export const RECEIPT_STATES = [
  'accepted',
  'waiting',
  'delivering',
  'submitted',
  'answered',
  'failed',
  'expired',
  'cancelled',
  'uncertain',
] as const;

/** What a message waits for. */
export const WAIT_REASONS = [
  'turn',
  'no-pane',
  'paused',
  'held',
  'not-managed',
  'server',
  'starting',
  'setup',
  'busy',
  'draft',
  'approval',
  'question',
  'limited',
  'retrying',
  'error',
  'compacting',
  'exited',
  'suspended',
  'dead',
  'stuck',
  'unknown',
  'copy-mode',
  'input-off',
  'synchronized',
  'human-typing',
  'not-foreground',
] as const;

/** How we know that a message was submitted. */
const SUBMIT_EVIDENCE = ['native', 'state', 'screen'] as const;

const ReceiptSchema = z.object({
  state: z.enum(RECEIPT_STATES),
  at: Instant.describe('when it came into this state'),
  reason: z
    .string()
    .nullable()
    .describe('what it waits for, or why it failed or is uncertain; for waiting one of the wait reasons'),
  detail: z.string().nullable().describe('the same for people, with the next step'),
  evidence: z.enum(SUBMIT_EVIDENCE).nullable(),
  answer: z
    .object({ text: z.string(), source: z.enum(['native', 'screen']) })
    .nullable()
    .describe('what the agent answered; untrusted'),
});

/** Steps of a delivery that are written down before they are taken; see core/delivery. */
const DELIVERY_STEPS = ['none', 'paste', 'enter'] as const;

/** One message with what became of it: a file of the mailbox. Fields may be added within a version. */
export const MessageSchema = z.object({
  v: z.literal(1),
  id: z
    .string()
    .regex(/^[0-9a-hjkmnp-tv-z]{10}$/)
    .describe('ten characters, unique; recipients read it'),
  to: z.string(),
  from: SenderSchema,
  text: z.string().describe('cleaned'),
  notes: z.array(z.string()).describe('what cleaning took out'),
  priority: z.enum(['urgent', 'normal', 'low']),
  acceptedAt: Instant,
  sequence: z.int().describe('rises with every message of the worker; keeps the order of a sender'),
  expiresAt: Instant.nullable(),
  idempotencyKey: z.string().nullable(),
  whileBusy: z.boolean().describe('deliver while it works, where the CLI queues by itself'),
  interrupt: z.boolean().describe('interrupt what it does first'),
  standing: z.boolean().describe('the standing brief of a new conversation'),
  continues: z
    .boolean()
    .default(false)
    .describe('tells it to go on after a usage limit or a fault: delivered while it still shows that'),
  broadcast: z.string().nullable().describe('id shared by the messages of one broadcast'),
  step: z.enum(DELIVERY_STEPS).describe('how far a delivery had come when this was written'),
  tries: z.int(),
  submittedAt: Instant.nullable(),
  stateBefore: z.enum(AGENT_STATES).nullable().describe('state of the agent when it was submitted'),
  receipt: ReceiptSchema,
});

export type Sender = z.infer<typeof SenderSchema>;
export type Receipt = z.infer<typeof ReceiptSchema>;
export type Message = z.infer<typeof MessageSchema>;
export type WaitReason = (typeof WAIT_REASONS)[number];
export type SubmitEvidence = (typeof SUBMIT_EVIDENCE)[number];
export type ReceiptState = (typeof RECEIPT_STATES)[number];
