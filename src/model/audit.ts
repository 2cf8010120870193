import { z } from 'zod';

/** One line of `audit.jsonl` in the state directory: who had what done. Names and codes, never texts. */
export const AuditSchema = z.object({
  v: z.literal(1),
  at: z.iso.datetime(),
  request: z.string().describe('id of the request, as in the header Request-Id of its answer'),
  door: z.enum(['socket', 'network']),
  token: z.string().nullable().describe('id of the token; null on the control socket'),
  uid: z.int().nullable().describe('user of the connection, where the system tells'),
  by: z.object({ kind: z.enum(['user', 'agent', 'service']), name: z.string() }),
  operation: z.string(),
  target: z.string().nullable().describe('the agent, pane, team or file that it was about'),
  result: z.string().describe('ok, or the code of the error'),
});

export type AuditRecord = z.infer<typeof AuditSchema>;
