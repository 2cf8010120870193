import { rmSync } from 'node:fs';
import { decideRemoval } from '../../host/service/installed-file.ts';
import { checkPrivateDirectory } from '../../store/directories.ts';
import type { Context } from '../context.ts';
import { openServiceHost } from './service-host.ts';
import { carryOut, report, showSteps } from './service-step.ts';

export interface UninstallOptions {
  force?: true;
  dryRun?: true;
  purge?: true;
}

/** Stops the worker and removes the service; agents and tmux servers go on. */
export async function uninstallService(context: Context, options: UninstallOptions): Promise<void> {
  const { path, found, plans, situation, state } = await openServiceHost(context);
  const there = decideRemoval({ path, found, force: options.force === true });
  const steps = there || state.enabled || situation.running ? plans.uninstall(situation) : [];
  if (options.dryRun) return showSteps(context, steps);
  await carryOut(steps);
  const { state: kept } = context.directories;
  if (options.purge) removeState(kept, context.uid);
  const rest = options.purge ? [`removed ${kept}`] : [];
  report(context, {
    action: steps.length > 0 ? 'uninstalled' : 'was not installed',
    lines:
      steps.length > 0
        ? [`stopped the worker and removed ${path}`, ...rest]
        : ['the service was not installed', ...rest],
    next: `your configuration (${context.directories.config})${options.purge ? '' : ` and the journal of events (${kept})`} is kept`,
    fields: { path },
  });
}

/** Never what is not ours alone. */
function removeState(path: string, uid: number): void {
  checkPrivateDirectory(path, uid);
  rmSync(path, { recursive: true, force: true });
}
