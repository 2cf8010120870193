import { z } from 'zod';
import { ReportSchema } from '../model/report.ts';
import { Name } from './fields.ts';
import { defineOperation } from './operation.ts';

export const reportOperations = [
  defineOperation({
    name: 'report.get',
    summary: 'What each agent did: time in each state, messages, restarts, limits, waits for a person',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/report' },
    input: z.strictObject({
      since: z.string().min(1).max(64).default('8h').describe('a duration such as 8h, or RFC 3339'),
      team: Name.optional().describe('only agents that are in this team now'),
    }),
    output: ReportSchema,
    run: ({ reports }, { since, team }) => reports.get({ since, team }),
  }),
] as const;
