import type { AgentSpec } from './agent-spec.ts';

/** What can be known of the server that an agent without a pane lived on. */
export interface AbsenceFacts {
  bootId: string;
  /** The server we are connected to. */
  server: { pid: number; startTime: number } | undefined;
  /** A tmux server of the pid that is written down runs. */
  oldServerRuns: boolean;
}

/**
 * Why an agent that should run has no pane. `unknown`: its server may be there, only we have no connection; then it may be running and must
 * not be started a second time.
 */
export type Absence = 'unknown' | 'rebooted' | 'vanished' | 'server';

export function judgeAbsence(
  { pane }: Pick<AgentSpec, 'pane'>,
  { bootId, server, oldServerRuns }: AbsenceFacts,
): Absence {
  if (pane === null) return 'server';
  if (pane.bootId !== bootId) return 'rebooted';
  if (server?.pid === pane.server.pid)
    return server.startTime === pane.server.startTime ? 'vanished' : 'server';
  return oldServerRuns ? 'unknown' : 'server';
}
