import type { Command } from 'commander';
import { OrchestratorError } from '../../base/errors.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import type { MessageOptions } from '../message-send.ts';
import { addMessageOptions, TEXT_NOTES } from './message-options.ts';

interface BroadcastOptions extends MessageOptions {
  team?: string;
  role?: string;
  all?: true;
}

export function addBroadcastCommand(program: Command): void {
  const command = program
    .command('broadcast')
    .description('put a message into the mailboxes of a team, of all agents with a role, or of all')
    .argument('[text]', 'the text, @FILE, or - for standard input')
    .option('--team <name>', 'all members of this team')
    .option('--role <name>', 'all agents with this role')
    .option('--all', 'all managed agents');
  addMessageOptions(command).action(async (text: string | undefined, options: BroadcastOptions) => {
    const { team, role, all, ...message } = options;
    const target = {
      ...(team === undefined ? {} : { team }),
      ...(role === undefined ? {} : { role }),
      ...(all === undefined ? {} : { all }),
    };
    if (Object.keys(target).length !== 1) {
      throw new OrchestratorError('USAGE', 'give one of --team, --role and --all');
    }
    const context = openContext(command);
    const { broadcast } = await import('../message-send.ts');
    await broadcast(context, target, text, message);
  });
  addHelp(command, {
    examples: [
      'tmux-orchestrator broadcast --team web "the API has changed, read API.md"',
      'tmux-orchestrator broadcast --all --priority low @notice.md',
    ],
    exits: [3, 4, 5, 8, 78],
    notes: ['Prints one receipt a recipient; exit 8 where some were not accepted.', ...TEXT_NOTES],
  });
}
