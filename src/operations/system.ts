import { z } from 'zod';
import { WorkerSchema } from '../model/agent.ts';
import { RECEIPT_STATES } from '../model/message.ts';
import { AGENT_STATES } from '../model/state.ts';
import { defineOperation } from './operation.ts';

const { version, pid, startedAt, heartbeatAt, tmux, counters, panes } = WorkerSchema.shape;

export const systemOperations = [
  defineOperation({
    name: 'system.get',
    summary: 'The worker itself: version, tmux server, agents and messages in numbers',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/system' },
    input: z.strictObject({}),
    output: z.object({
      ...{ version, pid, startedAt, heartbeatAt, tmux, counters, panes },
      ready: z.boolean().describe('whether agents can be seen and reached now'),
      problem: z.string().nullable().describe('why not'),
      agents: z.object({
        total: z.int(),
        managed: z.int().describe('those that were started or adopted here'),
        needPerson: z.int().describe('those that wait for a person'),
        byState: z.record(z.enum(AGENT_STATES), z.int()),
      }),
      messages: z.record(z.enum(RECEIPT_STATES), z.int()).describe('those that are known, by receipt'),
    }),
    run: async ({ system }) => system.get(),
  }),
] as const;
