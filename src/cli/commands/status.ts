import type { Command } from 'commander';
import { type Context, openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { describeWorkerState, readView, requireWorker } from '../state-view.ts';
import { renderStatus } from '../status-table.ts';

export function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .description('show the worker and what every agent is doing; those who need you come first')
    .option('-w, --watch', 'go on showing it as it changes, until interrupted')
    .action(async (options: { watch?: true }) => {
      const context = openContext(command);
      if (options.watch) await watch(context);
      else showStatus(context);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator status',
      'tmux-orchestrator status --watch',
      'tmux-orchestrator status --json | jq \'.agents[] | select(.state == "approval") | .name\'',
    ],
    exits: [3, 78],
    notes: ['While the worker is down, the last known state is shown all the same.'],
  });
}

function showStatus({ output, directories, home }: Context): void {
  const now = Date.now();
  const view = readView(directories.runtime, now);
  const { columns, colour } = output;
  output.print({ worker: describeWorkerState(view), agents: view.agents }, () =>
    view.worker === undefined ? [] : renderStatus(view, { columns, now, colour, home }),
  );
  requireWorker(view.liveness, now);
}

async function watch(context: Context): Promise<void> {
  const { watchStatus } = await import('../status-watch.ts');
  await watchStatus(context);
}
