import { z } from 'zod';
import { AuditSchema } from '../model/audit.ts';
import { defineOperation } from './operation.ts';

export const auditOperations = [
  defineOperation({
    name: 'audit.list',
    summary: 'Who had what done, newest first',
    ...{ scope: 'admin', effect: 'read', method: 'GET', path: '/audit' },
    input: z.strictObject({
      since: z.iso.datetime().optional().describe('only from then on; RFC 3339, UTC'),
      limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('records, at most'),
    }),
    output: z.object({ records: z.array(AuditSchema) }),
    run: async ({ audit }, { since, limit }) => ({
      records: audit.list({ limit, since: since === undefined ? undefined : Date.parse(since) }),
    }),
  }),
] as const;
