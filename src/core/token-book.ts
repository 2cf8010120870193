import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import type { Scope } from '../model/scope.ts';
import { hashToken, judgeToken, type Token, type TokenVerdict } from '../model/token.ts';

interface TokenBookOptions {
  clock: Clock;
  file: { read(): Token[]; write(tokens: readonly Token[]): void };
}

interface NewToken {
  scope: Scope;
  agent: string | null;
  /** How long it counts, milliseconds. */
  ttlMs: number;
}

/** A token as it is given out, the only time that anybody sees its secret. */
export interface IssuedToken {
  secret: string;
  token: Token;
}

const TOKENS_MAX = 1_000;
/** Revoked and expired ones are remembered so long, for who asks what became of them. */
const KEEP_MS = 90 * 86_400_000;

/** The tokens that open the doors other than the control socket. What changes is on disk before it counts, and counts at once. */
export class TokenBook {
  readonly #options: TokenBookOptions;
  #tokens: ReadonlyMap<string, Token>;

  constructor(options: TokenBookOptions) {
    this.#options = options;
    this.#tokens = byId(options.file.read());
  }

  list(): Token[] {
    return [...this.#tokens.values()];
  }

  /** Neither revoked nor expired. */
  countValid(): number {
    return this.list().filter((token) => endOf(token) > this.#options.clock.now()).length;
  }

  /** For who was let in with it a while ago. */
  isValid(id: string): boolean {
    const token = this.#tokens.get(id);
    return token !== undefined && endOf(token) > this.#options.clock.now();
  }

  judge(presented: string): TokenVerdict {
    return judgeToken(presented, this.#tokens, this.#options.clock.now());
  }

  create({ scope, agent, ttlMs }: NewToken): IssuedToken {
    const now = this.#options.clock.now();
    const kept = this.list().filter((token) => now - endOf(token) < KEEP_MS);
    if (kept.length >= TOKENS_MAX) {
      throw new OrchestratorError('LIMIT', `there are ${TOKENS_MAX} tokens already`, {
        hint: 'revoke what is not used: tmux-orchestrator token list',
      });
    }
    const issued = issue({ scope, agent, createdAt: now, expiresAt: now + ttlMs });
    this.#keep([...kept, issued.token]);
    return issued;
  }

  revoke(id: string): Token {
    const token = this.#get(id);
    if (token.revokedAt !== null) return token;
    const revoked = { ...token, revokedAt: new Date(this.#options.clock.now()).toISOString() };
    this.#keep(this.list().map((one) => (one.id === id ? revoked : one)));
    return revoked;
  }

  /** A new token in place of an old one, with the same rights and the same end; the old one counts no longer. */
  rotate(id: string): IssuedToken {
    const { scope, agent, expiresAt } = this.#get(id);
    const now = this.#options.clock.now();
    const issued = issue({ scope, agent, createdAt: now, expiresAt: Date.parse(expiresAt) });
    const revokedAt = new Date(now).toISOString();
    const others = this.list().map((one) =>
      one.id === id ? { ...one, revokedAt: one.revokedAt ?? revokedAt } : one,
    );
    this.#keep([...others, issued.token]);
    return issued;
  }

  #get(id: string): Token {
    const token = this.#tokens.get(id);
    if (token !== undefined) return token;
    throw new OrchestratorError('NOT_FOUND', `no token has the id ${JSON.stringify(id)}`, {
      field: 'id',
      hint: 'see all of them with: tmux-orchestrator token list',
    });
  }

  #keep(tokens: readonly Token[]): void {
    this.#options.file.write(tokens);
    this.#tokens = byId(tokens);
  }
}

function issue(fields: {
  scope: Scope;
  agent: string | null;
  createdAt: number;
  expiresAt: number;
}): IssuedToken {
  const id = randomBytes(6).toString('hex');
  const secret = `tmo_${id}_${randomBytes(32).toString('base64url')}`;
  const { scope, agent, createdAt, expiresAt } = fields;
  const token: Token = {
    ...{ id, scope, agent, revokedAt: null },
    hash: hashToken(secret),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
  return { secret, token };
}

function byId(tokens: readonly Token[]): ReadonlyMap<string, Token> {
  return new Map(tokens.map((token) => [token.id, token]));
}

function endOf({ revokedAt, expiresAt }: Token): number {
  return Math.min(Date.parse(revokedAt ?? expiresAt), Date.parse(expiresAt));
}
