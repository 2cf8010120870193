import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** `config VERB`. */
export function addConfigCommands(program: Command): void {
  const config = program.command('config').description('show the configuration');
  addHelp(config, {
    examples: ['tmux-orchestrator config show --origin', '$EDITOR "$(tmux-orchestrator config path)"'],
    exits: [78],
  });
  addShow(config);
  addPath(config);
}

function addShow(config: Command): void {
  const command = config
    .command('show')
    .description('show every key with the value in force')
    .option('--origin', 'also where each value comes from')
    .action(async (options: { origin?: true }) => {
      const context = openContext(command);
      const { showConfig } = await import('../config-values.ts');
      showConfig(context, options.origin === true);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator config show', 'tmux-orchestrator config show --origin --json'],
    exits: [78],
    notes: [
      'Flags go before environment (TMUX_ORCHESTRATOR_*), environment before file, file before default.',
    ],
  });
}

function addPath(config: Command): void {
  const command = config
    .command('path')
    .description('print where the configuration file is, or would be')
    .action(async () => {
      const context = openContext(command);
      const { showConfigPath } = await import('../config-values.ts');
      showConfigPath(context);
    });
  addHelp(command, { examples: ['tmux-orchestrator config path'], exits: [78] });
}
