import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** `notifier VERB`. */
export function addNotifierCommands(program: Command): void {
  const notifier = program.command('notifier').description('notifiers: who is told of notices, and how');
  addHelp(notifier, {
    examples: ['tmux-orchestrator notifier list', 'tmux-orchestrator notifier test phone'],
    exits: [1, 3, 4, 5, 7, 78],
    notes: ['They stand in config.yaml at notices.notifiers.'],
  });
  addList(notifier);
  addTest(notifier);
}

function addList(notifier: Command): void {
  const command = notifier
    .command('list')
    .description('list notifiers: name, kind, how many notices were sent, what failed last')
    .action(async () => {
      const context = openContext(command);
      const { listNotifiers } = await import('../notice-list.ts');
      await listNotifiers(context);
    });
  addHelp(command, { examples: ['tmux-orchestrator notifier list --json'], exits: [3, 78] });
}

function addTest(notifier: Command): void {
  const command = notifier
    .command('test')
    .description('send a test notice now, once, and say whether it arrived')
    .argument('<name>', 'its name')
    .option('--team <team>', 'whose lead is told, for a notifier of kind lead')
    .action(async (name: string, options: { team?: string }) => {
      const context = openContext(command);
      const { testNotifier } = await import('../notice-list.ts');
      await testNotifier(context, name, options);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator notifier test phone', 'tmux-orchestrator notifier test lead --team review'],
    exits: [1, 3, 4, 5, 6, 7, 78],
  });
}
