import type { NativeSource } from '../agents/natives.ts';
import { OrchestratorError } from '../base/errors.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { Agent } from '../model/agent.ts';
import type { NativeSignal, Observation, ProcessNode } from '../model/observation.ts';
import { findAgentProcess } from '../model/process.ts';
import type { Profile } from '../model/profile.ts';
import { readPaneId } from '../tmux/quoting.ts';
import type { TmuxProgram } from '../tmux/spawned.ts';
import { lookOnce, type SpawnedLook } from '../tmux/spawned-look.ts';
import { screenOf } from './observer.ts';

interface SnapshotSource {
  tmux: TmuxProgram;
  profiles: readonly Profile[];
  processes: ProcessTable;
  natives: Readonly<Record<string, NativeSource>>;
  /** Milliseconds since the epoch. */
  now: number;
}

/** All evidence about an agent at one moment, gathered without a worker. */
export interface Snapshot {
  look: SpawnedLook;
  /** Absent where no profile knows the CLI any more. */
  profile: Profile | undefined;
  observation: Observation;
}

/** Looks at the pane of an agent as its state file tells it. */
export async function takeSnapshot(agent: Agent, source: SnapshotSource): Promise<Snapshot> {
  const look = await lookAtAgent(agent, source.tmux);
  const tree = agent.panePid === null ? undefined : source.processes.readTree(agent.panePid);
  const found = tree && findAgentProcess(tree, source.profiles);
  const profile = found?.profile ?? source.profiles.find((one) => one.name === agent.profile);
  const { dead, deadStatus, deadSignal, title, command } = look;
  const observation: Observation = {
    at: source.now,
    ...{ dead, deadStatus, deadSignal, title, command },
    ...(tree === undefined ? {} : { processes: tree }),
    ...(found === undefined ? {} : readSigns(found.node, found.profile, source)),
    screen: screenOf(look),
  };
  return { look, profile, observation };
}

/** The screen alone. */
export async function lookAtAgent(
  { name, pane, panePid, server }: Agent,
  tmux: TmuxProgram,
): Promise<SpawnedLook> {
  if (pane === null || panePid === null || server === null) {
    throw new OrchestratorError('NOT_FOUND', `agent ${name} has no pane now`, {
      hint: `see why with: tmux-orchestrator agent show ${name}`,
    });
  }
  const identity = { serverPid: server.pid, serverStartTime: server.startTime, panePid };
  return lookOnce(tmux, readPaneId(pane), identity);
}

/** What the process tells beside its being there: its age and the CLI's own word. */
function readSigns(
  node: ProcessNode,
  profile: Profile,
  { processes, natives, now }: SnapshotSource,
): Pick<Observation, 'agentAgeMs' | 'native'> {
  const startedAt = processes.startedAt(node);
  const native = readNative(node, processes, natives[profile.nativeReader ?? '']);
  return {
    ...(startedAt === undefined ? {} : { agentAgeMs: now - startedAt }),
    ...(native === undefined ? {} : { native }),
  };
}

function readNative(
  { pid, startTime }: ProcessNode,
  processes: ProcessTable,
  source: NativeSource | undefined,
): NativeSignal | undefined {
  if (source === undefined || pid === undefined || startTime === undefined) return undefined;
  const configDirectory = source.findDirectory((name) => processes.readVariable(pid, name));
  return configDirectory === undefined ? undefined : source.read({ configDirectory, pid, startTime });
}
