import { OrchestratorError } from '../base/errors.ts';
import { readBootId } from '../host/boot-id.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Role } from '../model/role.ts';
import { tagPane, untagPane } from '../tmux/pane-tag.ts';
import { readPaneId } from '../tmux/quoting.ts';
import type { Ground } from './ground.ts';
import { confirmPane, getManaged } from './managed.ts';
import type { WatchedAgent } from './watched-agent.ts';

/** The agent in a pane that nobody looks after yet. Throws `NOT_FOUND` or `CONFLICT`, field `pane`. */
export function findAdoptable({ roster }: Ground, pane: string): WatchedAgent {
  const agent = roster.find(readPaneId(pane));
  if (agent === undefined || agent.process === null) {
    throw new OrchestratorError('NOT_FOUND', `no agent that is known runs in pane ${pane}`, {
      field: 'pane',
      hint: 'see all agents and their panes with: tmux-orchestrator agent list',
    });
  }
  if (agent.management === 'observed') return agent;
  throw new OrchestratorError('CONFLICT', `the agent in pane ${pane} is managed already, as ${agent.name}`, {
    field: 'pane',
    hint: `rename it with: tmux-orchestrator agent rename ${agent.name} NEW`,
  });
}

interface Adoption {
  name: string;
  args: readonly string[];
  role: Role | undefined;
}

/** Makes an agent that runs already ours. Tagged first: a tag that no file of ours confirms means nothing, whenever we die. */
export async function adoptAgent(
  ground: Ground,
  agent: WatchedAgent,
  adoption: Adoption,
): Promise<AgentSpec> {
  const { id } = agent.pane;
  return ground.turns.take(id, async () => {
    // Somebody else may have been first.
    findAdoptable(ground, id);
    const { name } = adoption;
    const spec = describe(ground, agent, adoption);
    await tagPane(ground.server(), id, name);
    ground.fleet.put(spec);
    agent.place = { ...agent.place, tag: name };
    ground.roster.renew(agent, { name, management: 'managed' });
    return spec;
  });
}

/** The reverse; gives the name under which it is observed from now on. */
export async function releaseAgent(ground: Ground, name: string): Promise<string> {
  const agent = getManaged(ground, name);
  await ground.turns.take(agent.pane.id, async () => {
    const own = await confirmPane(ground, name).catch(ignoreRefusal);
    ground.fleet.remove(name);
    if (own !== undefined) await untagPane(ground.server(), own.id);
  });
  agent.place = { ...agent.place, tag: '' };
  ground.roster.renew(agent, { management: 'observed' });
  return agent.name;
}

/** Somebody has taken the name off already. */
function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof OrchestratorError) || error.code !== 'REFUSED') throw error;
}

function describe(ground: Ground, agent: WatchedAgent, { name, args, role }: Adoption): AgentSpec {
  const { identity } = ground.server();
  const now = new Date(ground.clock.now()).toISOString();
  const { place, process } = agent;
  return {
    v: 1,
    ...{ name, profile: agent.profile.name, role: role?.name ?? null, origin: 'adopted' },
    ...{ team: null, parent: null, depth: 0 },
    ...{ session: place.session, window: place.window, directory: place.directory },
    ...{ args: [...args], roleArgs: [...(role?.args ?? [])], env: { ...role?.env }, secretFiles: {} },
    ...{ brief: role?.briefing ?? null, restore: false, restart: null, createdAt: now, phase: 'running' },
    ...{ paused: null, held: null, startedAt: now, renamedFrom: null, restarts: [], attempt: 0 },
    pane: {
      id: agent.pane.id,
      server: { pid: identity.pid, startTime: identity.startTime },
      bootId: readBootId(),
    },
    process: process && { pid: process.pid, startTime: process.startTime },
    cliSession: agent.native?.sessionId ?? null,
  };
}
