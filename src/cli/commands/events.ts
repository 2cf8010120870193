import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseCount, parseTimeToLive } from '../option-values.ts';

interface EventOptions {
  follow?: true;
  agent?: string;
  type?: string;
  since?: number;
  limit?: number;
}

/** `events`. */
export function addEventsCommand(program: Command): void {
  const command = program
    .command('events')
    .description('what happened: when, what, to whom; the newest last')
    .option('-f, --follow', 'go on telling what happens, until interrupted')
    .option('--agent <name>', 'only of this agent; of messages: of their recipient')
    .option('--type <kind>', 'only of this kind, for example agent.state; see: schema event')
    .option('--since <duration>', 'of the last so long: 8h, 7d', parseTimeToLive)
    .option('--limit <n>', 'only the newest so many (default: 100; with --follow 10)', parseCount)
    .action(async (options: EventOptions) => {
      const context = openContext(command);
      const { showEvents } = await import('../event-list.ts');
      await showEvents(context, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator events --since 8h --agent developer-1',
      'tmux-orchestrator events --follow --type agent.state',
      'tmux-orchestrator events --follow --json | jq -c \'select(.to == "approval")\'',
    ],
    exits: [3, 7, 78],
    notes: [
      'With --since up to 10000 are shown. --follow outlives a restart of the worker, and says so where it has missed something.',
    ],
  });
}
