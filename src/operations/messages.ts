import { z } from 'zod';
import { RECEIPT_STATES } from '../model/message.ts';
import { MessageView, Name, TimeoutMs } from './fields.ts';
import { defineOperation } from './operation.ts';

const OneMessage = z.strictObject({
  id: z.string().regex(/^[0-9a-hjkmnp-tv-z]{10}$/, 'must be the id of a message, ten characters'),
});
const Content = {
  text: z.string().min(1).max(1_048_576),
  priority: z.enum(['urgent', 'normal', 'low']).optional(),
  expireAfterMs: z.int().min(1_000).max(2_592_000_000).nullable().optional(),
  idempotencyKey: z.string().min(1).max(200).optional(),
  whileBusy: z.boolean().optional(),
  interrupt: z.boolean().optional(),
};

export const messageOperations = [
  defineOperation({
    name: 'message.send',
    summary: "Put a message into an agent's mailbox",
    ...{ scope: 'message', effect: 'write', method: 'POST', path: '/agents/{to}/messages' },
    input: z.strictObject({ to: Name, ...Content }),
    output: MessageView,
    run: ({ messages }, { to, ...message }, { sender }) => messages.send(to, message, sender),
  }),
  defineOperation({
    name: 'message.broadcast',
    summary:
      'Put a message into the mailboxes of a team, of all agents with a role, or of all managed agents',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/broadcast' },
    input: z
      .strictObject({ team: Name.optional(), role: Name.optional(), all: z.boolean().optional(), ...Content })
      .refine(
        ({ team, role, all }) =>
          [team, role, all || undefined].filter((one) => one !== undefined).length === 1,
        {
          path: ['team'],
          message: 'give one of team, role and all',
        },
      ),
    output: z.object({ messages: z.array(MessageView) }),
    run: async ({ messages }, { team, role, all, ...message }, { sender }) => ({
      messages: await messages.broadcast({ team, role, all }, message, sender),
    }),
  }),
  defineOperation({
    name: 'message.list',
    summary: 'List messages and what became of them, newest first',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/messages' },
    input: z.strictObject({
      to: Name.optional(),
      from: Name.optional(),
      state: z.enum(RECEIPT_STATES).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(50),
    }),
    output: z.object({ messages: z.array(MessageView) }),
    run: async ({ messages }, filter) => ({ messages: messages.list(filter) }),
  }),
  defineOperation({
    name: 'message.get',
    summary: 'Show one message with its receipt',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/messages/{id}' },
    input: OneMessage,
    output: MessageView,
    run: async ({ messages }, { id }) => messages.get(id),
  }),
  defineOperation({
    name: 'message.wait',
    summary: 'Wait until a message is submitted, answered, or over',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/messages/{id}/wait' },
    input: OneMessage.extend({
      until: z.enum(['submitted', 'answered']).default('submitted'),
      timeoutMs: TimeoutMs.default(60_000),
    }),
    output: MessageView,
    run: ({ messages }, { id, until, timeoutMs }, { signal }) =>
      messages.wait(id, { until, timeoutMs, signal }),
  }),
  defineOperation({
    name: 'message.cancel',
    summary: 'Take back a message that was not submitted yet',
    ...{ scope: 'message', effect: 'destructive', method: 'POST', path: '/messages/{id}/cancel' },
    input: OneMessage,
    output: MessageView,
    run: ({ messages }, { id }) => messages.cancel(id),
  }),
  defineOperation({
    name: 'message.retry',
    summary: 'Send a message that failed, expired, was cancelled or is uncertain once more, under a new id',
    ...{ scope: 'message', effect: 'write', method: 'POST', path: '/messages/{id}/retry' },
    input: OneMessage,
    output: MessageView,
    run: ({ messages }, { id }) => messages.retry(id),
  }),
] as const;
