import type { WorkerState } from './agent.ts';
import { type AgentState, needsPerson } from './state.ts';

/** The worker in a few words, as `systemctl status` shows them: `12 agents, 2 need you, 1 limited`. */
export function describeStatus(tmux: WorkerState['tmux']['status'], states: readonly AgentState[]): string {
  if (tmux === 'none') return 'no tmux server yet';
  const agents = describeAgents(states);
  if (tmux === 'connected') return agents;
  return `${tmux === 'stalled' ? 'tmux server does not answer' : 'connecting to tmux'}; ${agents}`;
}

function describeAgents(states: readonly AgentState[]): string {
  const needy = states.filter(needsPerson).length;
  const limited = states.filter((state) => state === 'limited').length;
  return [
    `${states.length} ${states.length === 1 ? 'agent' : 'agents'}`,
    ...(needy > 0 ? [`${needy} ${needy === 1 ? 'needs' : 'need'} you`] : []),
    ...(limited > 0 ? [`${limited} limited`] : []),
  ].join(', ');
}
