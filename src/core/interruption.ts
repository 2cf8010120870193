import { OrchestratorError } from '../base/errors.ts';
import type { AgentState } from '../model/state.ts';
import { pressKeys } from '../tmux/keys.ts';
import type { Ground } from './ground.ts';
import { confirmPane, getManaged } from './managed.ts';

const INTERRUPTIBLE: ReadonlySet<AgentState> = new Set(['busy', 'retrying', 'compacting', 'stuck']);

/** Presses the keys with which an agent's CLI stops what it does. Throws `REFUSED` in any state in which they would mean something else. */
export async function interruptAgent(ground: Ground, name: string): Promise<void> {
  const agent = getManaged(ground, name);
  await ground.turns.take(agent.pane.id, async () => {
    await confirmPane(ground, name);
    const { verdict } = await ground.observer().inspect(agent, ground.server());
    if (!INTERRUPTIBLE.has(verdict.state)) throw notInterruptible(name, verdict.state);
    await pressKeys(ground.server(), agent.pane.id, agent.profile.interrupt);
    ground.request(agent.pane.id);
  });
}

function notInterruptible(name: string, state: AgentState): OrchestratorError {
  return new OrchestratorError('REFUSED', `${name} is ${state}: there is nothing to interrupt`, {
    field: 'name',
    hint: 'in any other state the same key would mean something else',
  });
}
