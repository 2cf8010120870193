import { OrchestratorError } from '../base/errors.ts';
import { attachToPane } from '../tmux/attach.ts';
import { readPaneId } from '../tmux/quoting.ts';
import { type Context, endWith } from './context.ts';
import { findLiveAgent } from './live-agent.ts';

/** Shows an agent's pane in this terminal. */
export async function attachToAgent(context: Context, name: string): Promise<void> {
  const { agent, tmux } = findLiveAgent(context, name);
  const { pane, panePid, server } = agent;
  if (pane === null || panePid === null || server === null) {
    throw new OrchestratorError('NOT_FOUND', `agent ${name} has no pane now`, {
      hint: `see why with: tmux-orchestrator agent show ${name}`,
    });
  }
  const identity = { serverPid: server.pid, serverStartTime: server.startTime, panePid };
  endWith(await attachToPane(tmux, readPaneId(pane), identity, process.env));
}
