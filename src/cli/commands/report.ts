import { type Command, Option } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

export type ReportFormat = 'text' | 'markdown' | 'json';
const FORMATS: Readonly<Record<ReportFormat, true>> = { text: true, markdown: true, json: true };

export function addReportCommand(program: Command): void {
  const command = program
    .command('report')
    .description('tell what each agent did: time in each state, messages, restarts, limits, waits for you')
    .option('--since <time>', 'from so long ago (8h, 30m, 2d), or from 2026-11-23T09:00:00Z', '8h')
    .option('--team <name>', 'only the agents that are in this team today')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(Object.keys(FORMATS)).default('text'),
    )
    .action(async (options: { since: string; team?: string; format: ReportFormat }) => {
      const context = openContext(command);
      const { showReport } = await import('../report-show.ts');
      await showReport(context, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator report --since 8h',
      'tmux-orchestrator report --since 24h --team web --format markdown > report.md',
    ],
    exits: [2, 3, 4, 78],
    notes: [
      'It is made from the event journal, which keeps as much as journal.bytesMax and journal.filesMax say.',
      'Time in which no worker ran counts for no state.',
    ],
  });
}
