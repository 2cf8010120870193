import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OrchestratorError } from '../base/errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { Visitor } from './visitor.ts';

/** Requests within a minute. */
export interface Rates {
  read: number;
  message: number;
  messageToOne: number;
  control: number;
  spawn: number;
}

/** What is left of a rate. */
export interface RateState {
  policy: string;
  limit: number;
  left: number;
  /** Until all of it is there again, milliseconds. */
  resetMs: number;
}

/** Asked too often. */
export class TooManyError extends OrchestratorError {
  readonly rate: RateState;

  constructor(what: string, rate: RateState) {
    const seconds = Math.ceil(rate.resetMs / 1_000);
    super('LIMIT', `${what} more than ${rate.limit} times within a minute`, {
      hint: `try again in ${seconds} s`,
    });
    this.rate = rate;
  }
}

type Policy = 'read' | 'message' | 'control' | 'spawn';

const SPAWNING: readonly string[] = ['agent.spawn', 'team.up'];
const WINDOW_S = 60;
const REFUSALS_PER_MINUTE = 10;

/** How often who may ask. The user at the control socket may always: it must be possible to stop what others started. */
export class RequestLimits {
  readonly #policies: Readonly<Record<Policy, RateLimiterMemory>>;
  readonly #target: RateLimiterMemory;
  readonly #refusals = limiter('refusals', REFUSALS_PER_MINUTE);

  constructor({ read, message, messageToOne, control, spawn }: Rates) {
    this.#policies = {
      read: limiter('read', read),
      message: limiter('message', message),
      control: limiter('control', control),
      spawn: limiter('spawn', spawn),
    };
    this.#target = limiter('target', messageToOne);
  }

  /** Throws `LIMIT`. */
  async take(operation: Pick<Operation, 'name' | 'scope'>, visitor: Visitor): Promise<RateState | undefined> {
    if (isUser(visitor)) return undefined;
    const policy = policyOf(operation);
    return consume(this.#policies[policy], { policy, key: keyOf(visitor), what: `${policy} was asked for` });
  }

  /** Throws `LIMIT`. */
  async takeTarget(operation: Operation, visitor: Visitor, target: string | null): Promise<void> {
    if (isUser(visitor) || operation.scope !== 'message' || target === null) return;
    const key = `${keyOf(visitor)} ${target}`;
    await consume(this.#target, { policy: 'target', key, what: `${target} was written to` });
  }

  /** To be called for each token that does not count; a guesser is told to wait. Throws `LIMIT`. */
  async noteRefusal(peer: string): Promise<void> {
    await consume(this.#refusals, {
      policy: 'refusals',
      key: peer,
      what: 'a token that does not count was shown',
    });
  }
}

function isUser({ token, sender }: Visitor): boolean {
  return token === null && sender.kind === 'user';
}

function keyOf({ token, sender }: Visitor): string {
  return token ?? `agent ${sender.name}`;
}

function policyOf({ name, scope }: Pick<Operation, 'name' | 'scope'>): Policy {
  if (SPAWNING.includes(name)) return 'spawn';
  return scope === 'admin' ? 'control' : scope;
}

function limiter(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_S });
}

async function consume(
  limit: RateLimiterMemory,
  { policy, key, what }: { policy: string; key: string; what: string },
): Promise<RateState> {
  try {
    return describe(policy, limit.points, await limit.consume(key));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new TooManyError(what, describe(policy, limit.points, error));
  }
}

function describe(
  policy: string,
  limit: number,
  { remainingPoints, msBeforeNext }: RateLimiterRes,
): RateState {
  return { policy, limit, left: Math.max(0, remainingPoints), resetMs: msBeforeNext };
}
