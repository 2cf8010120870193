import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { WorkerState } from './agent.ts';

/** Whether the worker runs. `since`: RFC 3339, when it was last known to. */
export type Liveness =
  | { status: 'up' }
  | { status: 'never-run' }
  /** `stopped` by itself in good order, `gone` without a word, `silent`: the process is there and does nothing. */
  | { status: 'stopped' | 'gone' | 'silent'; since: string };

/** The worker writes a heartbeat every five seconds; four that are missing are no accident. */
const HEARTBEAT_AGE_MAX_MS = 20_000;

/** `alive`: a process with the worker's pid exists. */
export function judgeLiveness(
  worker: WorkerState | undefined,
  { alive, now }: { alive: boolean; now: number },
): Liveness {
  if (worker === undefined) return { status: 'never-run' };
  if (worker.stoppedAt !== null) return { status: 'stopped', since: worker.stoppedAt };
  if (!alive) return { status: 'gone', since: worker.heartbeatAt };
  const ageMs = now - Date.parse(worker.heartbeatAt);
  return ageMs < HEARTBEAT_AGE_MAX_MS ? { status: 'up' } : { status: 'silent', since: worker.heartbeatAt };
}

/** In words, for a message or a heading. */
export function describeLiveness(liveness: Liveness, now: number): string {
  if (liveness.status === 'up') return 'worker is up';
  if (liveness.status === 'never-run') return 'worker has not run yet';
  const at = Date.parse(liveness.since);
  const age = `${formatDuration(now - at)} ago`;
  if (liveness.status === 'silent') return `worker does not answer (last heartbeat ${age})`;
  const when = `${age}, at ${formatLocalTime(at, now)}`;
  return liveness.status === 'stopped'
    ? `worker is down: it was stopped ${when}`
    : `worker is down: it vanished, last heartbeat ${when}`;
}
