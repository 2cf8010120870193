import { OrchestratorError } from '../base/errors.ts';
import { isThere } from '../host/leftovers.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { readTag } from '../tmux/pane-tag.ts';
import { type PaneId, readPaneId } from '../tmux/quoting.ts';
import { readAbsence } from './absence-reading.ts';
import type { Ground } from './ground.ts';
import type { WatchedAgent } from './watched-agent.ts';

/**
 * A managed agent as it is watched: in the pane that our files name for this very server, and that carried its name when it was found there.
 * Undefined where it has no pane. Throws `NOT_FOUND` for a name that is not managed.
 */
export function findManaged({ fleet, roster }: Ground, name: string): WatchedAgent | undefined {
  const spec = fleet.get(name);
  const agent = roster.findByName(name);
  const ours = agent?.management === 'managed' && agent.pane.id === spec.pane?.id;
  return ours ? agent : undefined;
}

/** The same for a name that may be nobody's. */
export function findIfManaged(ground: Ground, name: string): WatchedAgent | undefined {
  return ground.fleet.find(name) === undefined ? undefined : findManaged(ground, name);
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

export interface OwnPane {
  id: PaneId;
  sessionId: string;
}

/**
 * Asks tmux itself, right before a pane is typed into, started in or closed: it is the one in our file, on this very server, and still
 * carries the agent's name. Undefined where it has gone. Throws `REFUSED` where somebody took the name off: then hands are off it.
 */
export async function confirmPane(ground: Ground, name: string): Promise<OwnPane | undefined> {
  const { pane } = ground.fleet.get(name);
  const server = ground.server();
  if (pane?.server.pid !== server.identity.pid || pane.server.startTime !== server.identity.startTime) {
    return undefined;
  }
  const id = readPaneId(pane.id);
  const found = await readTag(server, id).catch((error: unknown) => {
    if (error instanceof OrchestratorError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if (found.tag !== name) throw notOurs(name, id);
  return { id, sessionId: found.sessionId };
}

/** Throws `TMUX_GONE` for an agent that may run on a server that we have no connection to: nothing could be done to it. */
export function checkReachable(ground: Ground, name: string, processes: ProcessTable): void {
  if (findManaged(ground, name) !== undefined) return;
  if (readAbsence(ground, ground.fleet.get(name), processes) !== 'unknown') return;
  throw new OrchestratorError(
    'TMUX_GONE',
    `${name} may run on a tmux server that there is no connection to`,
    {
      hint: 'see: tmux-orchestrator status',
    },
  );
}

/** Whether an agent has a pane. The watch may not have come round to it yet: tmux itself must say that it has gone. Throws `TMUX_GONE`. */
export async function hasPane(ground: Ground, name: string): Promise<boolean> {
  return findManaged(ground, name) !== undefined || (await confirmPane(ground, name)) !== undefined;
}

/** Whether its CLI runs, so that nothing needs to be started. A start that was cut short is done anew, whatever it has brought about. */
export function runsAlready(ground: Ground, { name, phase }: AgentSpec, processes: ProcessTable): boolean {
  const agent = findManaged(ground, name);
  return phase !== 'starting' && agent?.process != null && isThere(agent.process, processes);
}

/** Neither paused nor held: it is brought back when it ends. */
export function isLookedAfter({ paused, held }: AgentSpec): boolean {
  return paused === null && held === null;
}

function notOurs(name: string, pane: PaneId): OrchestratorError {
  return new OrchestratorError('REFUSED', `pane ${pane} does not carry the name of ${name} any more`, {
    field: 'name',
    hint: `somebody took it off; to look after it again: tmux set-option -p -t ${pane} @tmux_orchestrator_agent ${name}`,
  });
}
