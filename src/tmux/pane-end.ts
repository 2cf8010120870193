import { OrchestratorError } from '../base/errors.ts';
import { command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/**
 * Closes a pane with what runs in it. One that has gone already is no failure, and neither is it when the server goes with its last pane
 * before it has answered.
 */
export async function closePane(server: TmuxServer, pane: PaneId): Promise<void> {
  await server.run([command('kill-pane', '-t', pane)]).catch((error: unknown) => {
    const gone = error instanceof OrchestratorError && (error.code === 'TMUX' || error.code === 'TMUX_GONE');
    if (!gone) throw error;
  });
}
