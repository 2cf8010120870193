import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseCount, parseTimeToLive } from '../option-values.ts';

/** `audit`. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command('audit')
    .description('who had what done, newest first')
    .option('--since <duration>', 'of the last so long: 8h, 7d', parseTimeToLive)
    .option('--limit <n>', 'at most so many, up to 1000', parseCount)
    .action(async (options: { since?: number; limit?: number }) => {
      const context = openContext(command);
      const { listAudit } = await import('../audit-list.ts');
      await listAudit(context, options);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator audit --since 8h', 'tmux-orchestrator audit --limit 1000 --json'],
    exits: [2, 3, 78],
    notes: [
      'Every change that was asked for through any door, and every request that was not allowed. Never what a message said.',
    ],
  });
}
