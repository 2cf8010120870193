import { OrchestratorError } from '../base/errors.ts';
import { signalProcess } from '../host/leftovers.ts';
import type { ProcessTable } from '../host/processes.ts';
import { comparePrompt, readPrompt } from '../model/prompt-text.ts';
import { pressKeyIf } from '../tmux/keys.ts';
import { readPaneSigns } from '../tmux/pane-signs.ts';
import { closePane } from '../tmux/pane-start.ts';
import { pasteIf } from '../tmux/paste.ts';
import type { Ground } from './ground.ts';
import { endGently, waitForEnd } from './leftover-check.ts';
import type { Inspection } from './observer.ts';
import type { WatchedAgent } from './watched-agent.ts';

interface Stopping {
  ground: Ground;
  processes: ProcessTable;
  agent: WatchedAgent;
}

/** How long its text may take to show in the prompt. Milliseconds. */
const SHOW_TIMEOUT_MS = 1_500;
const LOOK_MS = 50;
const TERM_TIMEOUT_MS = 3_000;

/**
 * Has an agent leave, in its pane's turn: by its own command where its prompt is empty, else by SIGTERM. Throws `REFUSED` where a person's
 * draft would be lost, unless forced.
 */
export async function endAgent(
  stopping: Stopping,
  { force, timeoutMs }: { force: boolean; timeoutMs: number },
): Promise<void> {
  const { ground, processes, agent } = stopping;
  const target = agent.process;
  if (target !== null) {
    if (force) signalProcess(target, 'SIGKILL', processes);
    else {
      await askToLeave(stopping);
      const gone = await waitForEnd(target, { processes, clock: ground.clock, timeoutMs });
      if (!gone) await endGently(target, { processes, clock: ground.clock, timeoutMs: TERM_TIMEOUT_MS });
    }
  }
  await closePane(ground.server(), agent.pane.id);
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
  const { id: pane } = agent.pane;
  if (!(await pasteIf(server, pane, { cursor: seen.look.cursor }, { id: 'leave', text }))) return false;
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
      (await pressKeyIf(server, pane, { cursor: now.look.cursor }, 'Enter'))
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
