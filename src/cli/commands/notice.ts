import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** `notice VERB`. */
export function addNoticeCommands(program: Command): void {
  const notice = program.command('notice').description('notices: what needs you');
  addHelp(notice, {
    examples: ['tmux-orchestrator notice list', 'tmux-orchestrator notice ack all'],
    exits: [3, 4, 5, 78],
  });
  addList(notice);
  addAck(notice);
}

function addList(notice: Command): void {
  const command = notice
    .command('list')
    .description('list notices, newest first: what, since when, how it was seen, what to do')
    .option('--all', 'those too that are over or acknowledged')
    .action(async (options: { all?: true }) => {
      const context = openContext(command);
      const { listNotices } = await import('../notice-list.ts');
      await listNotices(context, options);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator notice list', 'tmux-orchestrator notice list --all --json'],
    exits: [3, 78],
  });
}

function addAck(notice: Command): void {
  const command = notice
    .command('ack')
    .description('say that a notice is known: it is told no more')
    .argument('<id>', 'its id, or all')
    .action(async (id: string) => {
      const context = openContext(command);
      const { acknowledgeNotice } = await import('../notice-list.ts');
      await acknowledgeNotice(context, id);
    });
  addHelp(command, { examples: ['tmux-orchestrator notice ack 1f0c22ab'], exits: [3, 4, 5, 78] });
}
