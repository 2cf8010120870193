import type { Context } from './context.ts';
import { endWith } from './context.ts';
import { watchStatus } from './status-watch.ts';

interface WorkerSetting {
  configFile: string | undefined;
  flags: Readonly<Record<string, unknown>>;
}

/** Runs the worker in this process and shows its table in place of its log. */
export async function runWithTable(context: Context, setting: WorkerSetting): Promise<void> {
  const { runWorker } = await import('../worker/worker.ts');
  const worker = runWorker({ silent: true, ...setting });
  await watchStatus(context, { ended: worker.catch(() => undefined) });
  endWith(await worker);
}
