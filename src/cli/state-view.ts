import { OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { cleanLine } from '../base/text.ts';
import type { Agent } from '../model/agent.ts';
import { describeLiveness, type Liveness } from '../model/liveness.ts';
import { readLiveness } from '../store/liveness.ts';
import { readAgents, readWorkerState } from '../store/state-files.ts';
import type { StatusView } from './status-table.ts';

/** Everything that the state files say now. */
export function readView(runtime: string, now: number): StatusView {
  const worker = readWorkerState(runtime);
  return { worker, liveness: readLiveness(worker, now), agents: readAgents(runtime) };
}

/** The worker as JSON: the fields of its file, and whether it is up, or else since when it is not and why. */
export function describeWorkerState({ worker, liveness }: Pick<StatusView, 'worker' | 'liveness'>): object {
  const { status } = liveness;
  const downSince = 'since' in liveness ? liveness.since : null;
  return { up: status === 'up', status, downSince, ...worker };
}

/** Throws `WORKER_DOWN` (exit 3) unless the worker is up. */
export function requireWorker(liveness: Liveness, now: number): void {
  if (liveness.status === 'up') return;
  throw new OrchestratorError('WORKER_DOWN', describeLiveness(liveness, now), {
    hint:
      liveness.status === 'silent'
        ? 'see what it says with: journalctl --user -u tmux-orchestrator; or start it anew'
        : 'start it with: tmux-orchestrator run, or: systemctl --user start tmux-orchestrator',
  });
}

/** The agent of this name. Throws `NOT_FOUND` (exit 4) with the name that was probably meant. */
export function findAgent(agents: readonly Agent[], name: string): Agent {
  const agent = agents.find((one) => one.name === name);
  if (agent !== undefined) return agent;
  const near = findNearMiss(
    name,
    agents.map((one) => one.name),
  );
  throw new OrchestratorError('NOT_FOUND', `no agent is called ${cleanLine(name, 60)}`, {
    hint: near === undefined ? 'see all of them with: tmux-orchestrator agent list' : `did you mean ${near}?`,
  });
}
