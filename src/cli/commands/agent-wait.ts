import type { Command } from 'commander';
import { OrchestratorError } from '../../base/errors.ts';
import type { AgentState } from '../../model/state.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseTimeout } from '../option-values.ts';
import { parseStates } from './agent-list.ts';

interface WaitOptions {
  state?: AgentState[];
  needsPerson?: true;
  timeout: number;
}

export function addAgentWaitCommand(agent: Command): void {
  const command = agent
    .command('wait')
    .description('wait until an agent comes into a state, and print that state')
    .argument('<name>', 'name of the agent')
    .option('--state <states>', 'any of these states, separated by commas', parseStates)
    .option('--needs-person', 'any state that waits for a person')
    .option('--timeout <duration>', 'give up after this: 500ms, 60s, 10m, 2h; 0 never gives up', parseTimeout)
    .action(async (name: string, options: Omit<WaitOptions, 'timeout'> & { timeout?: number }) => {
      if (options.state === undefined && !options.needsPerson) {
        throw new OrchestratorError('USAGE', 'what to wait for is missing', {
          hint: 'give --state, for example --state idle, or --needs-person',
        });
      }
      const context = openContext(command);
      const { waitForAgent } = await import('../agent-wait.ts');
      await waitForAgent(context, name, { ...options, timeout: options.timeout ?? TIMEOUT_DEFAULT_MS });
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent wait claude-3 --state idle',
      'tmux-orchestrator agent wait claude-3 --state idle,draft --timeout 30m',
      'tmux-orchestrator agent wait claude-3 --needs-person --timeout 0',
    ],
    exits: [3, 4, 7, 78],
    notes: [
      'Without --timeout it gives up after 60s. An agent that is in the state already is waited for no longer.',
    ],
  });
}

const TIMEOUT_DEFAULT_MS = 60_000;
