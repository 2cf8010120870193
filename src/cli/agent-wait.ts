import { OrchestratorError } from '../base/errors.ts';
import { formatDuration } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import type { AgentState } from '../model/state.ts';
import { StateWatch } from '../store/state-watch.ts';
import { needsYou } from './agent-note.ts';
import type { Context } from './context.ts';
import { findAgent, readView, requireWorker } from './state-view.ts';

/** What is waited for. */
export interface Wanted {
  state?: readonly AgentState[];
  needsPerson?: true;
  /** Milliseconds; 0 for as long as it takes. */
  timeout: number;
}

/** Waits for a state. Throws `WORKER_DOWN`, `NOT_FOUND` when the agent goes away, `TIMED_OUT`. */
export async function waitForAgent(context: Context, name: string, wanted: Wanted): Promise<void> {
  const { runtime } = context.directories;
  const agent = await new Promise<Agent>((resolve, reject) => {
    const waiting = { timer: undefined as NodeJS.Timeout | undefined };
    const end = (settle: () => void) => {
      watch.close();
      clearTimeout(waiting.timer);
      settle();
    };
    const check = () => {
      try {
        const found = look(runtime, name);
        if (isWanted(found, wanted)) end(() => resolve(found));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const watch = new StateWatch({ runtime, onChange: check, onTick: check });
    if (wanted.timeout > 0) {
      waiting.timer = setTimeout(() => end(() => reject(timedOut(runtime, name, wanted))), wanted.timeout);
    }
    check();
  });
  context.output.print({ name: agent.name, state: agent.state, since: agent.since, agent }, () => [
    agent.state,
  ]);
}

function look(runtime: string, name: string): Agent {
  const now = Date.now();
  const { liveness, agents } = readView(runtime, now);
  requireWorker(liveness, now);
  return findAgent(agents, name);
}

function isWanted(agent: Agent, wanted: Wanted): boolean {
  return wanted.state?.includes(agent.state) === true || (wanted.needsPerson === true && needsYou(agent));
}

function timedOut(runtime: string, name: string, { timeout }: Wanted): OrchestratorError {
  const state = readView(runtime, Date.now()).agents.find((one) => one.name === name)?.state ?? 'gone';
  return new OrchestratorError('TIMED_OUT', `${name} is still ${state} after ${formatDuration(timeout)}`, {
    hint: `see why with: tmux-orchestrator agent explain ${name}`,
  });
}
