import type { Clock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import { findProcesses, isThere, signalProcess } from '../host/leftovers.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { AGENT_VARIABLE } from '../model/environment.ts';
import type { ProcessNode } from '../model/observation.ts';
import { findAgentProcess } from '../model/process.ts';
import type { Profile } from '../model/profile.ts';
import { canonicalSocket } from '../tmux/socket.ts';
import type { TmuxProgram } from '../tmux/spawned.ts';

interface LeftoverCheck {
  spec: Pick<AgentSpec, 'name'>;
  profile: Profile;
  /** The start takes up the conversation that may still be worked on. */
  resumes: boolean;
  processes: ProcessTable;
  clock: Clock;
  tmux: TmuxProgram;
}

const TERM_TIMEOUT_MS = 5_000;
const STEP_MS = 50;

/**
 * Sees to it that nothing of an earlier copy works on when the next is started. The CLI itself, out of its pane or ignoring the end of
 * it, is ended; a background process that goes on by design is left to a start that resumes its conversation, and forbids any other:
 * throws `CONFLICT`. What the agent started for itself, such as a server it tests, is none of our business.
 */
export async function clearLeftovers(check: LeftoverCheck): Promise<void> {
  const { profile, resumes } = check;
  const nodes = findOwn(check);
  const lingering = { ...profile, processes: profile.lingering };
  const background = nodes.find((node) => findAgentProcess(withoutChildren(node), [lingering]));
  if (background !== undefined && !resumes) throw stillWorking(check.spec.name, background);
  const copies = nodes.filter((node) => findAgentProcess(withoutChildren(node), [profile]) !== undefined);
  await Promise.all(copies.filter((node) => node !== background).map((node) => endProcess(node, check)));
}

/** What was started for an agent of this name on a tmux server of this address: another service may have one of the same name elsewhere. */
function findOwn({ spec, processes, tmux }: LeftoverCheck): ProcessNode[] {
  const socket = canonicalSocket(tmux.address.path);
  const isOurs = (read: (name: string) => string | undefined) =>
    read(AGENT_VARIABLE) === spec.name && canonicalSocket(read('TMUX')?.split(',')[0] ?? '') === socket;
  return findProcesses(isOurs, processes);
}

function withoutChildren(node: ProcessNode): ProcessNode {
  return { ...node, children: [] };
}

async function endProcess(
  { pid, startTime }: ProcessNode,
  check: Pick<LeftoverCheck, 'processes' | 'clock'>,
): Promise<void> {
  if (pid === undefined || startTime === undefined) return;
  await endGently({ pid, startTime }, { ...check, timeoutMs: TERM_TIMEOUT_MS });
}

/** SIGTERM to that very process, and SIGKILL where that was not enough. Comes back when it has gone. */
export async function endGently(
  target: { pid: number; startTime: string },
  { processes, clock, timeoutMs }: { processes: ProcessTable; clock: Clock; timeoutMs: number },
): Promise<void> {
  signalProcess(target, 'SIGTERM', processes);
  if (await waitForEnd(target, { processes, clock, timeoutMs })) return;
  signalProcess(target, 'SIGKILL', processes);
  await waitForEnd(target, { processes, clock, timeoutMs: TERM_TIMEOUT_MS });
}

/** Whether it has gone within the time. */
export async function waitForEnd(
  target: { pid: number; startTime: string },
  { processes, clock, timeoutMs }: { processes: ProcessTable; clock: Clock; timeoutMs: number },
): Promise<boolean> {
  const deadline = clock.now() + timeoutMs;
  while (isThere(target, processes)) {
    if (clock.now() >= deadline) return false;
    await new Promise<void>((resolve) => clock.after(STEP_MS, resolve));
  }
  return true;
}

function stillWorking(name: string, { pid }: ProcessNode): OrchestratorError {
  return new OrchestratorError('CONFLICT', `a background process of ${name} still works (pid ${pid})`, {
    field: 'name',
    hint: `wait until it has ended, or end it with: kill ${pid}; then: tmux-orchestrator agent resume ${name}`,
  });
}
