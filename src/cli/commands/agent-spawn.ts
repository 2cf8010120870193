import { type Command, Option } from 'commander';
import type { SpawnOptions } from '../agent-spawn.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseTimeout, parseVariable } from '../option-values.ts';

export function addAgentSpawnCommand(agent: Command): void {
  const command = agent
    .command('spawn')
    .description('start an agent, wait until it is ready, and give it its role and brief')
    .argument('<new-name>', 'its name: lower case letters, digits, - and _')
    .argument('[args...]', 'behind --: arguments for its CLI')
    .option('--profile <name>', 'which CLI, for example claude (default: that of the role)')
    .option('--role <name>', 'its role; see: role list')
    .option('--session <name>', 'tmux session, made where it is not there')
    .option('--window <name>', 'tmux window')
    .option('--cwd <directory>', 'where it works (default: here)')
    .option('--brief <text>', 'what it is to do: text, @FILE, or - for standard input')
    .addOption(
      new Option('--permissions <mode>', 'what it may do unasked').choices(['ask', 'plan', 'edits', 'all']),
    )
    .option('--env <name=value>', 'a variable for it; may be given again', parseVariable)
    .option(
      '--secret-file <name=path>',
      'a variable whose value stands in a file; may be given again',
      parseVariable,
    )
    .option('--restore', 'start it again after a reboot')
    .option('--no-wait', 'do not wait until it is ready')
    .option('--timeout <duration>', 'wait no longer than this (default: 60s); 0 never gives up', parseTimeout)
    .action(async (name: string, args: string[], options: SpawnOptions) => {
      const context = openContext(command);
      const { spawnAgent } = await import('../agent-spawn.ts');
      await spawnAgent(context, name, args, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent spawn developer-1 --role developer --brief @task.md',
      'tmux-orchestrator agent spawn claude-9 --profile claude --cwd ~/project -- --model opus',
      'tmux-orchestrator agent spawn qa --profile codex --secret-file OPENAI_API_KEY=~/.keys/openai',
    ],
    exits: [1, 3, 4, 5, 6, 7, 78],
    notes: [
      'Prints name, pane and state. A start dialog (state setup) is never answered for you.',
      'Values of --env show in ps to every user of this machine: secrets belong in a --secret-file.',
    ],
  });
}
