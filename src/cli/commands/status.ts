import type { Command } from 'commander';
import { type Context, openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { describeWorkerState, readView, requireWorker } from '../state-view.ts';
import { renderStatus } from '../status-table.ts';
import { readFreshUsage } from '../usage-text.ts';

export function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .description('show the worker and what every agent is doing; those who need you come first')
    .option('-w, --watch', 'go on showing it as it changes, until interrupted')
    .option('--wide', 'with load and memory of the machine, and CPU and memory of every agent')
    .action(async (options: { watch?: true; wide?: true }) => {
      const context = openContext(command);
      const { watch = false, wide = false } = options;
      if (watch) await watchAll(context, wide);
      else showStatus(context, wide);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator status',
      'tmux-orchestrator status --watch --wide',
      'tmux-orchestrator status --json | jq \'.agents[] | select(.state == "approval") | .name\'',
    ],
    exits: [3, 78],
    notes: ['While the worker is down, the last known state is shown all the same.'],
  });
}

function showStatus({ output, directories, home }: Context, wide: boolean): void {
  const now = Date.now();
  const view = readView(directories.runtime, now);
  const { columns, colour } = output;
  const usage = wide ? readFreshUsage(directories.runtime, now) : undefined;
  const document = { worker: describeWorkerState(view), agents: view.agents };
  output.print({ ...document, ...(wide ? { usage: usage ?? null } : {}) }, () =>
    view.worker === undefined ? [] : renderStatus(view, { columns, now, colour, home, usage }),
  );
  requireWorker(view.liveness, now);
}

async function watchAll(context: Context, wide: boolean): Promise<void> {
  const { watchStatus } = await import('../status-watch.ts');
  await watchStatus(context, { wide });
}
