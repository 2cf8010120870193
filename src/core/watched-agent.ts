import { cleanLine } from '../base/text.ts';
import type { Agent } from '../model/agent.ts';
import type { Fold } from '../model/fold.ts';
import type { NativeSignal, ProcessNode } from '../model/observation.ts';
import type { Profile } from '../model/profile.ts';
import { parseResetInstant } from '../model/reset-instant.ts';
import { STATE_VERSION } from '../model/state-version.ts';
import type { Verdict } from '../model/verdict.ts';
import type { PanePlace } from '../tmux/look.ts';
import type { PaneLine } from '../tmux/pane-list.ts';

/** The process of a CLI; pid and start time together never mean another one. */
export interface AgentProcessId {
  pid: number;
  startTime: string;
  /** Milliseconds since the epoch, where known. */
  startedAt: number | undefined;
}

/** What the last look saw, to tell whether anything moved and to judge only what is new. Of the screen only a digest is kept. */
interface LastSight {
  /** Digest of title and screen. */
  picture: string;
  /** The other signs that the verdict rests on. */
  signs: string;
  verdict: Verdict;
  processes: ProcessNode | undefined;
}

/** An agent as the monitor holds it. */
export interface WatchedAgent {
  readonly name: string;
  readonly management: Agent['management'];
  profile: Profile;
  pane: PaneLine;
  place: PanePlace;
  process: AgentProcessId | null;
  /** Directory of the CLI's own files, where its profile has a reader for them. */
  nativeDirectory: string | null;
  native: NativeSignal | null;
  fold: Fold;
  last: LastSight | null;
  title: string;
  resetAt: number | null;
  foundAt: number;
  failure: string | null;
}

/** When the limit that the screen tells of ends. */
export function readResetInstant(fold: Fold, timeZone: string): number | null {
  if (fold.resetText === null) return null;
  return parseResetInstant(fold.resetText, { now: fold.since, timeZone }) ?? null;
}

interface Writer {
  server: Agent['server'];
  worker: Agent['worker'];
}

/** An agent as its state file shows it. Nothing in it changes from look to look while the agent goes on as before. */
export function describeAgent(agent: WatchedAgent, writer: Writer): Agent {
  const { fold, pane, place, process } = agent;
  return {
    v: STATE_VERSION,
    name: agent.name,
    profile: agent.profile.name,
    management: agent.management,
    state: fold.state,
    since: new Date(fold.since).toISOString(),
    evidence: fold.evidence,
    reset: describeReset(agent),
    pane: pane.id,
    place: {
      session: cleanLine(place.session),
      window: cleanLine(place.window),
      windowIndex: pane.windowIndex,
      paneIndex: pane.paneIndex,
      directory: cleanLine(place.directory, 1_000),
    },
    process: process && { pid: process.pid, startTime: process.startTime },
    panePid: pane.pid,
    title: agent.title,
    cliVersion: agent.native?.version ?? null,
    cliSession: agent.native?.sessionId ?? null,
    foundAt: new Date(agent.foundAt).toISOString(),
    failure: agent.failure,
    ...writer,
  };
}

export function describeReset({ fold, resetAt }: WatchedAgent): Agent['reset'] {
  if (fold.state !== 'limited' || fold.resetText === null) return null;
  return { text: cleanLine(fold.resetText), at: resetAt === null ? null : new Date(resetAt).toISOString() };
}
