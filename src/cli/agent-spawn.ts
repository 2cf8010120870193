import { resolve } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { formatDuration } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import { type AgentState, isDialog } from '../model/state.ts';
import { printAgent } from './agent-line.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { untilInterrupted } from './interrupt.ts';
import { readTextSource } from './text-source.ts';
import { waitInPieces } from './worker-call.ts';

export interface SpawnOptions {
  profile?: string;
  role?: string;
  session?: string;
  window?: string;
  cwd?: string;
  brief?: string;
  permissions?: 'ask' | 'plan' | 'edits' | 'all';
  env?: Record<string, string>;
  secretFile?: Record<string, string>;
  restore?: true;
  wait: boolean;
  timeout?: number;
}

const TIMEOUT_DEFAULT_MS = 60_000;
/** Only few agents start at once: others may have to wait for their turn. */
const SPAWN_TIMEOUT_MS = 180_000;
const BRIEF_BYTES_MAX = 128 * 1024;
/** Whatever an agent comes to once it has started, for better or worse. */
const STARTED: readonly AgentState[] = [
  ...(['idle', 'draft', 'busy', 'setup', 'approval', 'question', 'limited'] as const),
  ...(['error', 'exited', 'dead'] as const),
];
const FAILED: readonly AgentState[] = ['error', 'exited', 'dead'];

/** Starts an agent and waits until it is ready, or waits for a person. Throws `FAILED` where it ended, `TIMED_OUT`. */
export async function spawnAgent(
  context: Context,
  name: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<void> {
  const { profile, role, session, window, permissions, env, restore } = options;
  const input = {
    ...{ name, profile, role, session, window, permissions, env, restore },
    directory: resolve(options.cwd ?? '.'),
    brief: await readBrief(options.brief),
    args: args.length === 0 ? undefined : [...args],
    secretFiles: resolvePaths(options.secretFile),
  };
  const spawned = await openClient(context).call('agent.spawn', input, { timeoutMs: SPAWN_TIMEOUT_MS });
  if (!options.wait) {
    printAgent(context, spawned);
    return;
  }
  const timeoutMs = options.timeout ?? TIMEOUT_DEFAULT_MS;
  const waited = await untilInterrupted(
    (signal) => waitUntilStarted(context, name, { timeoutMs, signal }),
    () => context.output.note(`${name} goes on starting; see: tmux-orchestrator agent show ${name}`),
  );
  if (waited !== undefined) report(context, waited, timeoutMs);
}

function readBrief(word: string | undefined): Promise<string> | undefined {
  return word === undefined ? undefined : readTextSource(word, { field: 'brief', bytesMax: BRIEF_BYTES_MAX });
}

/** The worker has a working directory of its own. */
function resolvePaths(files: Readonly<Record<string, string>> = {}): Record<string, string> | undefined {
  const entries = Object.entries(files).map(([name, path]) => [name, resolve(path)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

interface Waited {
  reached: boolean;
  agent: Agent;
}

function waitUntilStarted(
  context: Context,
  name: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Waited> {
  return waitInPieces(
    context,
    timeoutMs,
    (client, piece) =>
      client.call(
        'agent.wait',
        { name, states: [...STARTED], timeoutMs: piece.timeoutMs },
        { ...piece.options, signal },
      ),
    ({ reached }) => reached,
  );
}

function report(context: Context, { reached, agent }: Waited, timeoutMs: number): void {
  printAgent(context, agent);
  const { name, state } = agent;
  if (!reached) {
    throw new OrchestratorError('TIMED_OUT', `${name} is still ${state} after ${formatDuration(timeoutMs)}`, {
      hint: `it goes on starting; see why it is not ready with: tmux-orchestrator agent explain ${name}`,
    });
  }
  if (FAILED.includes(state)) {
    throw new OrchestratorError('FAILED', `${name} did not start: it is ${state}`, {
      hint: `see why with: tmux-orchestrator agent read ${name}, or: tmux-orchestrator agent evidence ${name}`,
    });
  }
  const advice = adviceFor(agent);
  if (advice !== undefined) context.output.note(advice);
}

function adviceFor({ name, state, dialog }: Agent): string | undefined {
  if (!isDialog(state)) return undefined;
  const byHand = `answer its dialog with: tmux-orchestrator agent attach ${name}`;
  return dialog === null
    ? byHand
    : `${byHand}, or see its options with: tmux-orchestrator agent show ${name}`;
}
