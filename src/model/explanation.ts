import type { Observation, ProcessNode } from './observation.ts';
import { findAgentProcess } from './process.ts';
import type { Profile } from './profile.ts';
import { parseResetInstant } from './reset-instant.ts';
import { readRules } from './rule.ts';
import type { AgentState } from './state.ts';
import { type Evidence, judge } from './verdict.ts';

/** A usage limit's end as the screen words it, and as an instant (RFC 3339) where it is one. */
interface Reset {
  text: string;
  at: string | null;
}

/** An observation judged, with what each piece of evidence said. */
export interface Explanation {
  state: AgentState;
  evidence: Evidence[];
  reset: Reset | null;
  /** The process that was taken for the agent. */
  process: ProcessNode | undefined;
  /** The screen rule that held, whether or not it decided, and the rows it looked at. */
  screen:
    | { rule: string; state: AgentState; region: string; top: number; rows: readonly string[] }
    | undefined;
}

/** Judges as the worker does, without its memory: nothing is confirmed by a second look, and nothing is ever stuck. Pure. */
export function explain(observation: Observation, profile: Profile, timeZone: string): Explanation {
  const verdict = judge(observation, profile);
  const reading = readRules(observation.screen, profile);
  return {
    state: verdict.state,
    evidence: verdict.evidence,
    reset: readReset(verdict.resetText, observation.at, timeZone),
    process: observation.processes && findAgentProcess(observation.processes, [profile])?.node,
    screen:
      reading === undefined || 'needsColours' in reading
        ? undefined
        : {
            rule: reading.rule.id,
            state: reading.rule.state,
            region: reading.rule.in,
            top: reading.region.top,
            rows: reading.region.rows,
          },
  };
}

/** What the end of a limit means at a moment. */
function readReset(text: string | undefined, now: number, timeZone: string): Reset | null {
  if (text === undefined) return null;
  const at = parseResetInstant(text, { now, timeZone });
  return { text, at: at === undefined ? null : new Date(at).toISOString() };
}
