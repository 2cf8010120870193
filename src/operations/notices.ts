import { z } from 'zod';
import { NoticeSchema } from '../model/notice.ts';
import { Name } from './fields.ts';
import { defineOperation } from './operation.ts';

const NoticeView = NoticeSchema.omit({ key: true });

export const noticeOperations = [
  defineOperation({
    name: 'notice.list',
    summary: 'List notices: what needs a person, newest first',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/notices' },
    input: z.strictObject({
      all: z.stringbool().or(z.boolean()).default(false).describe('with those that are over or acknowledged'),
    }),
    output: z.object({ notices: z.array(NoticeView).describe('newest first') }),
    run: async ({ notices }, { all }) => ({ notices: notices.list({ all }) }),
  }),
  defineOperation({
    name: 'notice.ack',
    summary: 'Acknowledge a notice: it is known and told no more',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/notices/{id}/ack' },
    input: z.strictObject({
      id: z
        .string()
        .regex(/^(?:[0-9a-f]{8}|all)$/, 'must be the id of a notice, eight hexadecimal digits, or all')
        .describe('id of a notice, or all'),
    }),
    output: z.object({ acknowledged: z.int().describe('how many') }),
    run: async ({ notices }, { id }) => {
      if (id === 'all') return { acknowledged: notices.acknowledgeAll() };
      notices.acknowledge(id);
      return { acknowledged: 1 };
    },
  }),
  defineOperation({
    name: 'notifier.list',
    summary: 'List who is told of notices, and how that went',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/notifiers' },
    input: z.strictObject({}),
    output: z.object({
      notifiers: z
        .array(
          z.object({
            name: z.string(),
            kind: z.enum(['lead', 'tmux', 'desktop', 'webhook', 'command']),
            waiting: z.int().describe('notices that are to be sent yet'),
            sent: z.int().describe('notices sent since the worker started'),
            lost: z.int().describe('given up, or dropped as too many waited'),
            lastSentAt: z.iso.datetime().nullable().describe('last success'),
            lastFailure: z.string().nullable().describe('why it failed the last time'),
          }),
        )
        .describe('in the order of the configuration'),
    }),
    run: async ({ notices }) => ({ notifiers: notices.notifiers() }),
  }),
  defineOperation({
    name: 'notifier.test',
    summary: 'Send a test notice by one notifier and say whether it arrived',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/notifiers/{name}/test' },
    input: z.strictObject({
      name: Name.describe('the notifier'),
      team: Name.optional().describe('whose lead is told, for the notifier of leads'),
    }),
    output: z.object({ sent: z.literal(true).describe('it arrived') }),
    run: async ({ notices }, { name, team }) => {
      await notices.test(name, { team });
      return { sent: true as const };
    },
  }),
  defineOperation({
    name: 'team.done',
    summary: 'Say that a team has finished: it may be idle from now on, until it is brought up again',
    ...{ scope: 'message', effect: 'write', method: 'POST', path: '/teams/{name}/done' },
    input: z.strictObject({ name: Name.describe('the team') }),
    output: z.object({ team: z.string(), at: z.iso.datetime() }),
    run: async ({ notices }, { name }, { sender }) => notices.finishTeam(name, sender),
  }),
] as const;
