import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { SCOPES } from './scope.ts';

const Instant = z.iso.datetime();

/** What is kept of a token: never the token itself. */
export const TokenSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  hash: z.string().describe('SHA-256 of the token, hexadecimal: 256 random bits need no slower hash'),
  scope: z.enum(SCOPES),
  agent: z
    .string()
    .regex(new RegExp(NAME_SOURCE))
    .nullable()
    .describe('the agent that it speaks for; null: a person'),
  createdAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.nullable(),
});

export type Token = z.infer<typeof TokenSchema>;

const SHAPE = /^tmo_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

export function hashToken(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export type TokenVerdict =
  | { ok: true; token: Token }
  | { ok: false; reason: 'malformed' | 'unknown' | 'revoked' | 'expired' };

/** Whether a presented token counts. Hashes are compared, in a time that does not tell how much of them agrees. */
export function judgeToken(presented: string, tokens: ReadonlyMap<string, Token>, now: number): TokenVerdict {
  const id = SHAPE.exec(presented)?.[1];
  if (id === undefined) return { ok: false, reason: 'malformed' };
  const token = tokens.get(id);
  const expected = Buffer.from(token?.hash ?? '0'.repeat(64), 'hex');
  const same = timingSafeEqual(expected, Buffer.from(hashToken(presented), 'hex'));
  if (token === undefined || !same) return { ok: false, reason: 'unknown' };
  if (token.revokedAt !== null) return { ok: false, reason: 'revoked' };
  if (Date.parse(token.expiresAt) <= now) return { ok: false, reason: 'expired' };
  return { ok: true, token };
}
