import { cleanLine } from '../base/text.ts';
import { instantText } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Dialog } from '../model/dialog.ts';
import type { Fold } from '../model/fold.ts';
import type { NativeSignal, ProcessNode } from '../model/observation.ts';
import type { Profile } from '../model/profile.ts';
import type { PromptSpot } from '../model/prompt-spot.ts';
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
export interface LastSight {
  /** When the look began that the verdict rests on. Milliseconds since the epoch. */
  at: number;
  /** Digest of title and screen. */
  picture: string;
  /** The other signs that the verdict rests on. */
  signs: string;
  verdict: Verdict;
  /** The verdict rests on colours, of which the digest knows nothing. */
  byColours: boolean;
  dialog: Dialog | null;
  /** Of an agent at rest: where its empty prompt takes a text. */
  spot: PromptSpot | null;
  processes: ProcessNode | undefined;
}

/** An agent as the monitor holds it: one that has a pane. */
export interface WatchedAgent {
  name: string;
  management: Agent['management'];
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
  /** The dialog that stands on its screen. */
  dialog: Dialog | null;
  /** When we last started it in this pane; until its process shows it is taken for starting. */
  launchedAt: number | null;
}

/** When the limit that the screen tells of ends. */
export function readResetInstant(fold: Fold, timeZone: string): number | null {
  if (fold.resetText === null) return null;
  return parseResetInstant(fold.resetText, { now: fold.since, timeZone }) ?? null;
}

export interface Writer {
  server: NonNullable<Agent['server']>;
  worker: Agent['worker'];
}

/** What is known of a managed agent beside what is seen of it. */
export interface Management {
  spec: AgentSpec | undefined;
  restartAt: number | null;
}

/** An agent as its state file shows it. Nothing in it changes from look to look while the agent goes on as before. */
export function describeAgent(agent: WatchedAgent, writer: Writer, management: Management): Agent {
  const { fold, pane, place, process } = agent;
  return {
    v: STATE_VERSION,
    name: agent.name,
    profile: agent.profile.name,
    management: agent.management,
    state: fold.state,
    since: instantText(fold.since),
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
    foundAt: instantText(agent.foundAt),
    failure: agent.failure,
    dialog: agent.dialog,
    ...describeManagement(management),
    ...writer,
  };
}

/** A managed agent that has no pane: stopped by a crash of its server, or waiting to be brought back. */
export function describeAbsent(spec: AgentSpec, worker: Agent['worker'], restartAt: number | null): Agent {
  const since = spec.held?.since ?? spec.startedAt ?? spec.createdAt;
  return {
    v: STATE_VERSION,
    name: spec.name,
    profile: spec.profile,
    management: 'managed',
    state: 'exited',
    since,
    evidence: [{ kind: 'pane', rule: 'no-pane', state: 'exited' }],
    reset: null,
    pane: null,
    place: {
      session: spec.session,
      window: spec.window,
      windowIndex: 0,
      paneIndex: 0,
      directory: cleanLine(spec.directory, 1_000),
    },
    process: null,
    panePid: null,
    title: '',
    cliVersion: null,
    cliSession: spec.cliSession,
    foundAt: spec.createdAt,
    failure: null,
    dialog: null,
    ...describeManagement({ spec, restartAt }),
    server: null,
    worker,
  };
}

function describeManagement({ spec, restartAt }: Management) {
  return {
    role: spec?.role ?? null,
    team: spec?.team ?? null,
    paused: spec?.paused != null,
    held: spec?.held ?? null,
    restartAt: restartAt === null ? null : new Date(restartAt).toISOString(),
  };
}

/** Tells two dialogs that read alike apart: by the process that asks, and by when it began to. */
export function dialogSeed({ process, fold }: WatchedAgent): string {
  return `${process?.pid}:${process?.startTime}:${fold.since}`;
}

export function describeReset({ fold, resetAt }: WatchedAgent): Agent['reset'] {
  if (fold.state !== 'limited' || fold.resetText === null) return null;
  return { text: cleanLine(fold.resetText), at: resetAt === null ? null : new Date(resetAt).toISOString() };
}
