import { z } from 'zod';
import { backoffMs } from '../base/backoff.ts';
import type { Config } from './config.ts';
import type { AgentState } from './state.ts';

const Instant = z.iso.datetime();

/** An agent that cannot work now. */
const ParkedSchema = z.object({
  agent: z.string(),
  why: z.enum(['limit', 'fault']),
  since: Instant,
  until: Instant.nullable().describe('when the limit ends, as its CLI says'),
  dueAt: Instant.nullable().describe('when something is done about it; null: nothing more by itself'),
  attempt: z.int().min(0).describe('how often in a row it was told to go on and could not'),
  by: z.string().nullable().describe('the agent whose limit it shares; it is not told anything'),
  told: z.string().nullable().describe('id of the message that tells it to go on'),
});

/** `parking.json` in the state directory. Fields may be added within a version. */
export const ParkingSchema = z.object({
  v: z.literal(1),
  parked: z.array(ParkedSchema),
  /** Who was told to go on lately, and which attempt that was. */
  returned: z.array(z.object({ agent: z.string(), at: Instant, attempt: z.int().min(0) })),
});

export type Parked = z.infer<typeof ParkedSchema>;
export type ParkingState = z.infer<typeof ParkingSchema>;
type Limits = Config['limits'];

const MINUTE_MS = 60_000;
/** A limit that tells no end, or is not over when it should be, is looked at again so much later. */
const UNKNOWN = { firstMs: 15 * MINUTE_MS, maxMs: 120 * MINUTE_MS } as const;
const FAULT_DELAYS_MS: readonly number[] = [1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE_MS);
/** Who cannot work again so soon after it was told to go on has not really gone on. */
const PROBATION_MS = 10 * MINUTE_MS;

/** When an agent is told to go on. All in milliseconds since the epoch; `resetAt` null where its CLI says nothing that can be read. */
export function limitDueAt(
  limit: { resetAt: number | null; attempt: number; now: number },
  { marginMs }: Pick<Limits, 'marginMs'>,
): number {
  const { resetAt, attempt, now } = limit;
  if (resetAt !== null && resetAt + marginMs > now) return resetAt + marginMs;
  if (resetAt !== null && attempt === 0) return now;
  return now + backoffMs(Math.max(0, attempt - 1), UNKNOWN.firstMs, UNKNOWN.maxMs);
}

/** When an agent that a fault stopped is told to go on, or null: it was told often enough. */
export function faultDueAt(attempt: number, now: number): number | null {
  const delayMs = FAULT_DELAYS_MS[attempt];
  return delayMs === undefined ? null : now + delayMs;
}

/** Which attempt comes next for an agent that stopped again. */
export function nextAttempt(returned: ParkingState['returned'][number] | undefined, now: number): number {
  return returned !== undefined && isRecent(returned, now) ? returned.attempt + 1 : 0;
}

export function isRecent({ at }: { at: string }, now: number): boolean {
  return now - Date.parse(at) < PROBATION_MS;
}

/** States that say neither that an agent works again nor that it cannot: it stays parked. */
const SAYS_NOTHING: ReadonlySet<AgentState> = new Set([
  ...(['retrying', 'unknown', 'starting', 'draft', 'suspended', 'stuck', 'dead', 'exited'] as const),
]);

/** What a state means for an agent that is parked. */
export function judgeParked({ why, by }: Pick<Parked, 'why' | 'by'>, state: AgentState): 'stays' | 'works' {
  if (by !== null || SAYS_NOTHING.has(state)) return 'stays';
  return state === stateOf(why) ? 'stays' : 'works';
}

/** The state that an agent is in while it is parked for this. */
export function stateOf(why: Parked['why']): AgentState {
  return why === 'limit' ? 'limited' : 'error';
}

/** How an agent that works again came to it. `submitted`: our message was. */
export function judgeReturn(
  { until, by }: Parked,
  submitted: boolean,
  now: number,
): 'told' | 'by-itself' | 'person' {
  if (submitted) return 'told';
  return by !== null || (until !== null && now >= Date.parse(until)) ? 'by-itself' : 'person';
}

interface Member {
  name: string;
  profile: string;
}

/** Agents whose account has another limited agent from now on, or (`cause` undefined) none any more. Who is limited itself is left out. */
export function planSharing(
  members: readonly Member[],
  parked: readonly Parked[],
  accounts: Limits['accounts'],
): { agent: string; cause: Parked | undefined }[] {
  const limited = parked.filter(({ why, by }) => why === 'limit' && by === null);
  const known = new Map(parked.map((one) => [one.agent, one]));
  const byName = new Map(members.map((member) => [member.name, member]));
  return members.flatMap((member) => {
    const own = known.get(member.name);
    if (own?.by === null || (own === undefined && limited.length === 0)) return [];
    const cause = limited.find(({ agent }) => sharesAccount(accounts, member, byName.get(agent)));
    return cause?.agent === own?.by ? [] : [{ agent: member.name, cause }];
  });
}

function sharesAccount(accounts: Limits['accounts'], one: Member, other: Member | undefined): boolean {
  return Object.values(accounts).some(({ agents, profiles }) => {
    const holds = ({ name, profile }: Member) => agents.includes(name) || profiles.includes(profile);
    return other !== undefined && holds(one) && holds(other);
  });
}

/** Whoever is due next, the one that waits longest first. */
export function nextDue(parked: Iterable<Parked>): Parked | undefined {
  let first: Parked | undefined;
  for (const one of parked) {
    if (one.dueAt === null || one.told !== null) continue;
    if (first?.dueAt == null || one.dueAt < first.dueAt) first = one;
  }
  return first;
}

/** Many agents are not let go at once. Milliseconds; `random` from 0 to 1. */
export function gapMs(spacingMs: number, random: number): number {
  return Math.round(spacingMs * (1 + random / 2));
}
