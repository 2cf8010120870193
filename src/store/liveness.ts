import { hasErrorCode } from '../base/errors.ts';
import type { WorkerState } from '../model/agent.ts';
import { judgeLiveness, type Liveness } from '../model/liveness.ts';

/** Whether the worker that wrote this file runs now. */
export function readLiveness(worker: WorkerState | undefined, now: number): Liveness {
  return judgeLiveness(worker, { alive: worker !== undefined && isAlive(worker.pid), now });
}

/** Signal 0 asks without sending; a process of somebody else answers `EPERM`, and so is there. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasErrorCode(error, 'EPERM');
  }
}
