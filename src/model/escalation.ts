import { z } from 'zod';
import type { Agent } from './agent.ts';

const DelayMs = z.int().min(60_000).max(86_400_000);

/** What is done about a team in which nothing moves. Of a team file; what it leaves out is as in `LADDER`. */
export const EscalationSchema = z.strictObject({
  enabled: z.boolean(),
  tellLeadMs: z.array(DelayMs).max(5).optional().describe('after so long its lead is told; once for each'),
  tellPersonMs: DelayMs.nullable().optional().describe('after so long a person is told; null: never'),
  restartLeadMs: DelayMs.nullable()
    .optional()
    .describe('after so long its lead is started again; default: never'),
});
type Escalation = z.infer<typeof EscalationSchema>;

const LADDER = { tellLeadMs: [180_000, 300_000], tellPersonMs: 480_000 };

export type EscalationStep =
  | { kind: 'tell-lead'; afterMs: number }
  | { kind: 'tell-person'; afterMs: number }
  | { kind: 'restart-lead'; afterMs: number };

/** The steps, the earliest first; none where it is switched off. */
export function listSteps(escalation: Escalation): EscalationStep[] {
  if (!escalation.enabled) return [];
  const {
    tellLeadMs = LADDER.tellLeadMs,
    tellPersonMs = LADDER.tellPersonMs,
    restartLeadMs = null,
  } = escalation;
  const steps: EscalationStep[] = [
    ...tellLeadMs.map((afterMs) => ({ kind: 'tell-lead' as const, afterMs })),
    ...(tellPersonMs === null ? [] : [{ kind: 'tell-person' as const, afterMs: tellPersonMs }]),
    ...(restartLeadMs === null ? [] : [{ kind: 'restart-lead' as const, afterMs: restartLeadMs }]),
  ];
  return steps.sort((a, b) => a.afterMs - b.afterMs);
}

/** A time in which a team does nothing, and how many steps were taken. Instants in milliseconds since the epoch. */
export const EpisodeSchema = z.object({
  since: z.number(),
  taken: z.int().min(0),
  leadBusySince: z.number().nullable().describe('what it does because we told it is no end of the episode'),
});
export type Episode = z.infer<typeof EpisodeSchema>;

/** A lead that works by itself for longer than this does more than read what it was told. */
const LEAD_WORK_MS = 120_000;
const RESTING: ReadonlySet<Agent['state']> = new Set(['idle', 'draft', 'stuck']);
/** Nothing comes of these by itself, but they are told of in notices of their own. */
const ABSENT: ReadonlySet<Agent['state']> = new Set(['exited', 'dead']);

export interface TeamSituation {
  members: readonly Pick<Agent, 'name' | 'state' | 'since' | 'paused' | 'held'>[];
  /** Null where nobody knows: the team file is gone. */
  lead: string | null;
}

/** How the episode goes on; null while somebody of the team works, waits for a person or for the end of a limit. */
export function followEpisode(
  { members, lead }: TeamSituation,
  before: Episode | null,
  now: number,
): Episode | null {
  const there = members.filter((one) => !ABSENT.has(one.state));
  if (there.length === 0 || members.some((one) => one.paused || one.held !== null)) return null;
  const active = there.filter((one) => !RESTING.has(one.state));
  if (active.length === 0) {
    const since = Math.max(...there.map((one) => Date.parse(one.since)));
    return before === null ? { since, taken: 0, leadBusySince: null } : { ...before, leadBusySince: null };
  }
  if (before === null || before.taken === 0) return null;
  if (active.some((one) => one.name !== lead)) return null;
  const leadBusySince = before.leadBusySince ?? now;
  return now - leadBusySince > LEAD_WORK_MS ? null : { ...before, leadBusySince };
}

/** The step that is due now, the latest where several are; the earlier ones count as taken. */
export function findDueStep(
  steps: readonly EscalationStep[],
  episode: Episode,
  now: number,
): { step: EscalationStep; taken: number } | undefined {
  if (episode.leadBusySince !== null) return undefined;
  const due = steps.filter((one) => now - episode.since >= one.afterMs).length;
  const step = steps[due - 1];
  return step === undefined || due <= episode.taken ? undefined : { step, taken: due };
}
