import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** What `explain` and `agent explain` share. */
export function addExplainOptions(command: Command): Command {
  return command.option(
    '--screen <file...>',
    'judge recorded screens (see: agent record) in place of an agent',
  );
}

export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('judge recorded screens, without any tmux, and show the evidence');
  addExplainOptions(command).action(async (options: { screen?: string[] }) => {
    const context = openContext(command);
    const { explainAgent } = await import('../agent-explanation.ts');
    await explainAgent(context, undefined, options.screen);
  });
  addHelp(command, {
    examples: [
      'tmux-orchestrator explain --screen recorded.json',
      'tmux-orchestrator explain --json --screen screens/*.json',
    ],
    exits: [1, 8, 78],
    notes: [
      'JSON: one object a file, as JSON Lines, with file, agent, state, evidence and reset ({text, at} or null).',
      'A recording that cannot be read is told on standard error; the others are judged all the same.',
    ],
  });
}
