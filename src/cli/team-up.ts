import { resolve } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import { AGENT_STATES, type AgentState } from '../model/state.ts';
import type { OutputOf } from '../operations/routes.ts';
import { needsYou, noteOf } from './agent-note.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { untilInterrupted } from './interrupt.ts';
import { waitInPieces } from './worker-call.ts';

export interface TeamUpOptions {
  directory: string;
  worktrees?: true;
  wait: boolean;
  timeout?: number;
}

type Outcome = OutputOf<'team.up'>['members'][number];

/** A member, and what it came to. */
interface Followed extends Outcome {
  agent: Agent | null;
  /** Ready, or waiting for a person: there is nothing more to wait for. */
  settled: boolean;
}

const TIMEOUT_DEFAULT_MS = 120_000;
/** Worktrees of many members take their time. */
const START_TIMEOUT_MS = 600_000;
/** Anything but on its way. */
const SETTLED: readonly AgentState[] = AGENT_STATES.filter(
  (state) => !['starting', 'unknown', 'retrying', 'compacting'].includes(state),
);
const FAILED: readonly AgentState[] = ['error', 'exited', 'dead'];

/** Starts who is missing, and tells of each member when it is ready or needs a person. Throws `SOME_FAILED`, `TIMED_OUT`. */
export async function bringTeamUp(context: Context, name: string, options: TeamUpOptions): Promise<void> {
  const { members } = await openClient(context).call(
    'team.up',
    { name, directory: resolve(options.directory), worktrees: options.worktrees === true },
    { timeoutMs: START_TIMEOUT_MS },
  );
  const timeoutMs = options.timeout ?? TIMEOUT_DEFAULT_MS;
  if (options.wait) announce(context, members);
  const followed = await untilInterrupted(
    (signal) =>
      Promise.all(
        members.map(async (member) => {
          const end = options.wait
            ? await follow(context, member, { timeoutMs, signal })
            : unfollowed(member);
          if (!context.output.json) context.output.lines([layFollowed(end)]);
          return end;
        }),
      ),
    () => context.output.note(`the team goes on starting; see: tmux-orchestrator team status ${name}`),
  );
  if (followed !== undefined) report(context, name, followed, options.wait ? timeoutMs : undefined);
}

function announce({ output }: Context, members: readonly Outcome[]): void {
  const names = members.filter(({ outcome }) => outcome === 'started').map((member) => member.name);
  if (names.length > 0) output.note(`waiting for ${names.join(', ')}`);
}

function unfollowed(member: Outcome): Followed {
  return { ...member, agent: null, settled: member.outcome !== 'failed' };
}

async function follow(
  context: Context,
  member: Outcome,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Followed> {
  if (member.outcome === 'failed') return unfollowed(member);
  const { name } = member;
  try {
    const { reached, agent } = await waitInPieces(
      context,
      timeoutMs,
      (client, piece) =>
        client.call(
          'agent.wait',
          { name, states: [...SETTLED], timeoutMs: piece.timeoutMs },
          { ...piece.options, signal },
        ),
      (answer) => answer.reached,
    );
    return { ...member, agent, settled: reached };
  } catch (error) {
    // It was stopped, or is gone: that is its end, and not that of the team.
    if (!(error instanceof OrchestratorError) || error.code === 'WORKER_DOWN') throw error;
    return { ...member, outcome: 'failed', reason: error.message, agent: null, settled: false };
  }
}

function layFollowed({ name, outcome, reason, agent }: Followed): string {
  const note = agent === null ? '' : noteOf(agent, Date.now());
  const state = agent === null ? '' : cleanLine(agent.state, 12);
  const parts = [cleanLine(name, 64), outcome, state, note, cleanLine(reason ?? '', 1_000)];
  return parts.filter((part) => part !== '').join('  ');
}

function report(
  { output }: Context,
  name: string,
  members: readonly Followed[],
  timeoutMs: number | undefined,
): void {
  if (output.json) {
    const list = members.map(({ agent, ...member }) => ({ ...member, state: agent?.state ?? null }));
    output.print({ members: list }, () => []);
  }
  for (const { agent } of members) {
    if (agent !== null && needsYou(agent))
      output.note(`${agent.name} waits for a person: tmux-orchestrator agent attach ${agent.name}`);
  }
  const failed = members.filter(
    ({ outcome, agent }) => outcome === 'failed' || (agent && FAILED.includes(agent.state)),
  );
  if (failed.length > 0) {
    throw new OrchestratorError(
      'SOME_FAILED',
      `${failed.length} of ${members.length} members of ${name} did not start`,
      {
        hint: `mend what stands behind their names, then once more: tmux-orchestrator team up ${name}`,
      },
    );
  }
  const late = members.filter(({ settled }) => !settled).map((member) => member.name);
  if (late.length > 0 && timeoutMs !== undefined) {
    throw new OrchestratorError(
      'TIMED_OUT',
      `not ready after ${formatDuration(timeoutMs)}: ${late.join(', ')}`,
      {
        hint: `they go on starting; see: tmux-orchestrator team status ${name}`,
      },
    );
  }
}
