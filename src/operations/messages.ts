import { z } from 'zod';
import { readCursor, writeCursor } from '../model/cursor.ts';
import { RECEIPT_STATES } from '../model/message.ts';
import { AgentName, Cursor, MessageView, Name, Next, TimeoutMs } from './fields.ts';
import { defineOperation } from './operation.ts';

const OneMessage = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-hjkmnp-tv-z]{10}$/, 'must be the id of a message, ten characters')
    .describe('id of the message'),
});
const Content = {
  text: z
    .string()
    .min(1)
    .max(1_048_576)
    .describe('what is put into its prompt; control characters are taken out'),
  priority: z.enum(['urgent', 'normal', 'low']).optional().describe('what goes first in its mailbox'),
  expireAfterMs: z
    .int()
    .min(1_000)
    .max(2_592_000_000)
    .nullable()
    .optional()
    .describe('give up its delivery after this, milliseconds; null: never'),
  idempotencyKey: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('the same key again sends nothing new; also as header Idempotency-Key'),
  whileBusy: z.boolean().optional().describe('deliver while it works, where its CLI queues input by itself'),
  interrupt: z.boolean().optional().describe('interrupt what it does, then deliver'),
};

export const messageOperations = [
  defineOperation({
    name: 'message.send',
    summary: "Put a message into an agent's mailbox",
    ...{ scope: 'message', effect: 'write', method: 'POST', path: '/agents/{to}/messages' },
    input: z.strictObject({ to: AgentName, ...Content }),
    output: MessageView,
    run: ({ messages }, { to, ...message }, { sender }) => messages.send(to, message, sender),
  }),
  defineOperation({
    name: 'message.broadcast',
    summary:
      'Put a message into the mailboxes of a team, of all agents with a role, or of all managed agents',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/broadcast' },
    input: z
      .strictObject({
        team: Name.optional().describe('to the members of this team'),
        role: Name.optional().describe('to all agents with this role'),
        all: z.boolean().optional().describe('to all managed agents'),
        ...Content,
      })
      .refine(
        ({ team, role, all }) =>
          [team, role, all || undefined].filter((one) => one !== undefined).length === 1,
        {
          path: ['team'],
          message: 'or role or all must be given, and one only',
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
      to: Name.optional().describe('only to this agent'),
      from: Name.optional().describe('only from this agent, or from `user`'),
      state: z.enum(RECEIPT_STATES).optional().describe('only with this receipt'),
      limit: z.coerce.number().int().min(1).max(1_000).default(50).describe('messages in a page, at most'),
      cursor: Cursor,
    }),
    output: z.object({ messages: z.array(MessageView), next: Next }),
    run: async ({ messages }, { cursor, ...filter }) => {
      const before = cursor === undefined ? undefined : readCursor('message.list', cursor, z.int());
      const page = messages.list({ ...filter, before });
      const last = page.length < filter.limit ? undefined : page.at(-1);
      return { messages: page, next: last === undefined ? null : writeCursor('message.list', last.sequence) };
    },
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
      until: z
        .enum(['submitted', 'answered'])
        .default('submitted')
        .describe('what to wait for; what is over for good ends the wait too'),
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
