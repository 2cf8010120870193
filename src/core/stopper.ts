import { OrchestratorError } from '../base/errors.ts';
import { signalProcess } from '../host/leftovers.ts';
import type { ProcessTable } from '../host/processes.ts';
import { comparePrompt, readPrompt } from '../model/prompt-text.ts';
import { pressKeyIf } from '../tmux/keys.ts';
import { closePane } from '../tmux/pane-end.ts';
import { readPaneSigns } from '../tmux/pane-signs.ts';
import { pasteIf } from '../tmux/paste.ts';
import type { Ground } from './ground.ts';
import { clearLeftovers, endGently, waitForEnd } from './leftover-check.ts';
import { confirmPane, findManaged } from './managed.ts';
import type { Inspection } from './observer.ts';
import type { WatchedAgent } from './watched-agent.ts';

interface Surroundings {
  ground: Ground;
  processes: ProcessTable;
}

interface Stopping extends Surroundings {
  agent: WatchedAgent;
}

/** How long its text may take to show in the prompt. Milliseconds. */
const SHOW_TIMEOUT_MS = 1_500;
const LOOK_MS = 50;
const TERM_TIMEOUT_MS = 3_000;

/** Ends an agent with whatever of it may live outside of its pane. Throws what `endAgent` throws. */
export async function endForGood(
  { ground, processes }: Surroundings,
  name: string,
  options: { force: boolean; timeoutMs: number },
): Promise<void> {
  const agent = findManaged(ground, name);
  if (agent !== undefined) {
    await ground.turns.take(agent.pane.id, () => endAgent({ ground, processes, agent }, options));
  }
  const spec = ground.fleet.get(name);
  const profile = ground.profiles().find((one) => one.name === spec.profile);
  if (profile === undefined) return;
  const { clock, tmux } = ground;
  await clearLeftovers({ spec, profile, resumes: true, processes, clock, tmux });
}

/** Ends an agent's CLI and leaves its pane. Throws `REFUSED` where that does not carry its name any more. */
export async function endForRestart({ ground, processes }: Surroundings, name: string): Promise<void> {
  const agent = findManaged(ground, name);
  if (agent === undefined) return;
  await ground.turns.take(agent.pane.id, async () => {
    await confirmPane(ground, name);
    const { clock } = ground;
    if (agent.process !== null)
      await endGently(agent.process, { processes, clock, timeoutMs: TERM_TIMEOUT_MS });
  });
}

/**
 * Has an agent leave, in its pane's turn: by its own command where its prompt is empty, else by SIGTERM. Throws `REFUSED` where a person's
 * draft would be lost, unless forced, and where the pane does not carry its name any more.
 */
async function endAgent(
  stopping: Stopping,
  { force, timeoutMs }: { force: boolean; timeoutMs: number },
): Promise<void> {
  const { ground, processes, agent } = stopping;
  await confirmPane(ground, agent.name);
  const target = agent.process;
  if (target !== null) {
    if (force) signalProcess(target, 'SIGKILL', processes);
    else {
      await askToLeave(stopping);
      const gone = await waitForEnd(target, { processes, clock: ground.clock, timeoutMs });
      if (!gone) await endGently(target, { processes, clock: ground.clock, timeoutMs: TERM_TIMEOUT_MS });
    }
  }
  const own = await confirmPane(ground, agent.name);
  if (own !== undefined) await closePane(ground.server(), own.id);
}

async function askToLeave({ ground, processes, agent }: Stopping): Promise<void> {
  const { leave } = agent.profile;
  const seen = await ground.observer().inspect(agent, ground.server());
  if (seen.verdict.state === 'draft') throw holdsDraft(agent.name);
  const typed =
    leave !== undefined &&
    seen.verdict.state === 'idle' &&
    (await typeLeave({ ground, processes, agent }, seen, leave));
  if (!typed && agent.process !== null) signalProcess(agent.process, 'SIGTERM', processes);
}

/** Types the command into the empty prompt and sends it; tells whether it did. */
async function typeLeave({ ground, agent }: Stopping, seen: Inspection, text: string): Promise<boolean> {
  const server = ground.server();
  const { inMode, inputOff, synchronized } = await readPaneSigns(server, agent.pane.id);
  if (inMode || inputOff || synchronized) return false;
  const { id: pane, pid } = agent.pane;
  if (!(await pasteIf(server, pane, { pid, cursor: seen.look.cursor }, { id: 'leave', text }))) return false;
  const deadline = ground.clock.now() + SHOW_TIMEOUT_MS;
  const enterAt = ground.clock.now() + (agent.profile.delivery?.enterDelayMs ?? 0);
  while (ground.clock.now() < deadline) {
    await new Promise<void>((resolve) => ground.clock.after(LOOK_MS, resolve));
    const now = await ground.observer().inspect(agent, server);
    const shown = readPrompt(now.screen, agent.profile);
    const stands = shown !== null && comparePrompt(shown, text, agent.profile) === 'ours';
    if (
      stands &&
      ground.clock.now() >= enterAt &&
      (await pressKeyIf(server, pane, { pid, cursor: now.look.cursor }, 'Enter'))
    )
      return true;
  }
  return false;
}

function holdsDraft(name: string): OrchestratorError {
  return new OrchestratorError('REFUSED', `a text that was not sent stands in the prompt of ${name}`, {
    field: 'name',
    hint: `send or clear it (tmux-orchestrator agent attach ${name}), or lose it with --force`,
  });
}
