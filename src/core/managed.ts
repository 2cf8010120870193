import { OrchestratorError } from '../base/errors.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Ground } from './ground.ts';
import type { WatchedAgent } from './watched-agent.ts';

/**
 * The pane of a managed agent, for who is about to touch it: what our files say, and the watch confirmed by the pane's tag, for this very
 * server. Everything that types, restarts or kills goes through here. Undefined where it has no pane. Throws `NOT_FOUND` for a name that
 * is not managed.
 */
export function findManaged({ fleet, roster }: Ground, name: string): WatchedAgent | undefined {
  const spec = fleet.get(name);
  const agent = roster.findByName(name);
  const ours = agent?.management === 'managed' && agent.pane.id === spec.pane?.id;
  return ours ? agent : undefined;
}

/** The same for what cannot be done without a pane. Throws `CONFLICT`. */
export function getManaged(ground: Ground, name: string): WatchedAgent {
  const agent = findManaged(ground, name);
  if (agent !== undefined) return agent;
  throw new OrchestratorError('CONFLICT', `agent ${name} has no pane now`, {
    field: 'name',
    hint: `start it again with: tmux-orchestrator agent restart ${name}`,
  });
}

/** Neither paused nor held: it is brought back when it ends. */
export function isLookedAfter({ paused, held }: AgentSpec): boolean {
  return paused === null && held === null;
}
