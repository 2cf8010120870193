import { z } from 'zod';
import { SCOPES } from '../model/scope.ts';
import { TokenSchema } from '../model/token.ts';
import { Name } from './fields.ts';
import { defineOperation } from './operation.ts';

const OneToken = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{12}$/, 'must be the id of a token, twelve hexadecimal digits')
    .describe('id of the token, not the token itself'),
});
const View = TokenSchema.omit({ hash: true });
const Issued = View.extend({ secret: z.string().describe('the token; it is shown this once') });
const DAY_MS = 86_400_000;

export const tokenOperations = [
  defineOperation({
    name: 'token.list',
    summary: 'List tokens, without their secrets',
    ...{ scope: 'admin', effect: 'read', method: 'GET', path: '/tokens', socketOnly: true },
    input: z.strictObject({}),
    output: z.object({ tokens: z.array(View) }),
    run: async ({ tokens }) => ({ tokens: tokens.list().map(({ hash: _, ...view }) => view) }),
  }),
  defineOperation({
    name: 'token.create',
    summary: 'Give out a token; its secret is shown this once',
    ...{ scope: 'admin', effect: 'write', method: 'POST', path: '/tokens', socketOnly: true },
    input: z.strictObject({
      scope: z.enum(SCOPES).describe('what it is good for; each holds those before it'),
      agent: Name.optional().describe('the agent that it speaks for'),
      ttlMs: z
        .int()
        .min(60_000)
        .max(366 * DAY_MS)
        .default(30 * DAY_MS)
        .describe('how long it counts, milliseconds'),
    }),
    output: Issued,
    run: async ({ tokens }, { scope, agent, ttlMs }) => {
      const { secret, token } = tokens.create({ scope, agent: agent ?? null, ttlMs });
      const { hash: _, ...view } = token;
      return { ...view, secret };
    },
  }),
  defineOperation({
    name: 'token.revoke',
    summary: 'Make a token void at once',
    ...{
      scope: 'admin',
      effect: 'destructive',
      method: 'POST',
      path: '/tokens/{id}/revoke',
      socketOnly: true,
    },
    input: OneToken,
    output: View,
    run: async ({ tokens }, { id }) => {
      const { hash: _, ...view } = tokens.revoke(id);
      return view;
    },
  }),
  defineOperation({
    name: 'token.rotate',
    summary: 'Give out a new token in place of an old one, which is void at once',
    ...{
      scope: 'admin',
      effect: 'destructive',
      method: 'POST',
      path: '/tokens/{id}/rotate',
      socketOnly: true,
    },
    input: OneToken,
    output: Issued,
    run: async ({ tokens }, { id }) => {
      const { secret, token } = tokens.rotate(id);
      const { hash: _, ...view } = token;
      return { ...view, secret };
    },
  }),
] as const;
