import { readBootId } from '../host/boot-id.ts';
import type { ProcessTable } from '../host/processes.ts';
import { type Absence, type AbsenceFacts, judgeAbsence } from '../model/absence.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Ground } from './ground.ts';

/** Why an agent that should run has no pane. */
export function readAbsence(ground: Ground, spec: AgentSpec, processes: ProcessTable): Absence {
  const node = spec.pane === null ? undefined : processes.readNode(spec.pane.server.pid);
  const oldServerRuns = node?.comm.startsWith('tmux') === true && !node.stat.startsWith('Z');
  return judgeAbsence(spec, { bootId: readBootId(), server: connectedServer(ground), oldServerRuns });
}

function connectedServer(ground: Ground): AbsenceFacts['server'] {
  try {
    return ground.server().identity;
  } catch {
    return undefined;
  }
}
