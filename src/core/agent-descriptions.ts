import type { Agent } from '../model/agent.ts';
import { describeAgent, type Management, type WatchedAgent, type Writer } from './watched-agent.ts';

interface Known {
  inputs: readonly unknown[];
  described: Agent;
}

/**
 * Agents as their state files show them. As long as nothing of what it is made from has changed, the same frozen object is given again:
 * who works with it can tell by that alone that there is nothing new.
 */
export class AgentDescriptions {
  readonly #known = new WeakMap<WatchedAgent, Known>();

  of(agent: WatchedAgent, writer: Writer, management: Management): Agent {
    const inputs = inputsOf(agent, writer, management);
    const known = this.#known.get(agent);
    if (known?.inputs.every((input, i) => input === inputs[i])) return known.described;
    const described = Object.freeze(describeAgent(agent, writer, management));
    this.#known.set(agent, { inputs, described });
    return described;
  }
}

/** All that a description is made from. Objects among them are replaced, never changed; of the pane's line, new every second, its fields. */
function inputsOf(
  agent: WatchedAgent,
  { server, worker }: Writer,
  { spec, restartAt }: Management,
): unknown[] {
  const { pane, last: _, launchedAt: __, ...rest } = agent;
  const { id, pid, windowIndex, paneIndex } = pane;
  return [...Object.values(rest), id, pid, windowIndex, paneIndex, server, worker, spec, restartAt];
}
