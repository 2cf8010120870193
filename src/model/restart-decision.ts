import { backoffMs } from '../base/backoff.ts';
import type { HoldCode } from './agent-spec.ts';
import { describeEnding, type Ending } from './ending.ts';
import type { RestartOverride, RestartPolicy } from './restart-policy.ts';

/** What is known when an agent has ended. Instants in milliseconds since the epoch. */
export interface EndingFacts {
  ending: Ending;
  policy: RestartPolicy;
  /** Earlier restarts, oldest first. */
  restarts: readonly number[];
  /** Restarts since it was last healthy. */
  attempt: number;
  /** Its last start. */
  startedAt: number | null;
  now: number;
  /** From 0 to 1. */
  random: number;
}

export type RestartDecision =
  | { do: 'restart'; delayMs: number; attempt: number; restarts: number[] }
  | { do: 'hold'; code: HoldCode; reason: string };

/** What shells say of a program that cannot be run, or is not there. */
const NOT_STARTABLE: readonly number[] = [126, 127];
/** Delays are spread over this part of their length, so that agents that died together do not all come back at once. */
const JITTER = 0.2;

/** Whether and when an agent that ended by itself is started again. */
export function decideRestart(facts: EndingFacts): RestartDecision {
  const { ending, policy, now, random } = facts;
  if (ending.kind === 'status' && NOT_STARTABLE.includes(ending.status)) {
    return hold('not-startable', `it cannot be started (${describeEnding(ending)})`);
  }
  if (policy.policy === 'never')
    return hold('left', `${describeEnding(ending)}; its policy is never to start it again`);
  if (leftByItself(ending) && policy.policy !== 'always')
    return hold('left', `it left by itself (${describeEnding(ending)})`);
  const restarts = facts.restarts.filter((at) => at > now - policy.windowMs);
  if (restarts.length >= policy.startsMax) {
    const minutes = Math.round(policy.windowMs / 60_000);
    return hold(
      'crash-loop',
      `it was started again ${restarts.length} times within ${minutes} min and ended each time`,
    );
  }
  const attempt = isHealthy(facts) ? 0 : facts.attempt;
  const nominalMs = backoffMs(attempt, policy.delayMs, policy.delayMaxMs);
  const delayMs = Math.round(nominalMs * (1 - JITTER * random));
  return { do: 'restart', delayMs, attempt: attempt + 1, restarts: [...restarts, now + delayMs] };
}

function hold(code: HoldCode, reason: string): RestartDecision {
  return { do: 'hold', code, reason };
}

function leftByItself(ending: Ending): boolean {
  return (ending.kind === 'status' && ending.status === 0) || (ending.kind === 'shell' && ending.tidy);
}

/** It ran well for so long that what happened before says nothing of now. */
function isHealthy({ startedAt, now, policy }: EndingFacts): boolean {
  return startedAt !== null && now - startedAt >= policy.healthyAfterMs;
}

type PolicyConfig = RestartPolicy &
  Record<'profiles' | 'roles' | 'agents', Readonly<Record<string, RestartOverride>>>;

/** The policy of one agent; what is said of it alone wins over its start, its role, its profile, and all. */
export function choosePolicy(
  config: PolicyConfig,
  spec: { name: string; profile: string; role: string | null; restart: RestartOverride | null },
): RestartPolicy {
  const { profiles, roles, agents, ...common } = config;
  const policy = { ...common };
  for (const override of [profiles[spec.profile], roles[spec.role ?? ''], spec.restart, agents[spec.name]]) {
    Object.assign(policy, withoutHoles(override));
  }
  return policy;
}

function withoutHoles(override: RestartOverride | null | undefined): Partial<RestartPolicy> {
  const entries = Object.entries(override ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}
