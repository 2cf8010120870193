import { decideRemoval } from '../../host/service/installed-file.ts';
import type { Step } from '../../host/service/plan.ts';
import { checkPrivateDirectory } from '../../store/directories.ts';
import { readLiveness } from '../../store/liveness.ts';
import { readWorkerState } from '../../store/state-files.ts';
import type { Context } from '../context.ts';
import { openServiceHost, type ServiceHost } from './service-host.ts';
import { carryOut, report, showSteps } from './service-step.ts';

export interface UninstallOptions {
  force?: true;
  dryRun?: true;
  purge?: true;
}

/** Stops the worker and removes the service; agents and tmux servers go on. */
export async function uninstallService(context: Context, options: UninstallOptions): Promise<void> {
  const host = await openServiceHost(context);
  const { path, found, plans, situation, state } = host;
  const there = decideRemoval({ path, found, force: options.force === true });
  const installed = there || state.enabled === true || situation.running;
  const steps = [
    ...(installed ? [...plans.uninstall(situation), ...dropLiveState(context, host)] : []),
    ...(options.purge ? dropDurableState(context) : []),
  ];
  if (options.dryRun) return showSteps(context, steps);
  await carryOut(steps);
  const { config, state: durable } = context.directories;
  const kept = options.purge ? config : `${config} and ${durable}`;
  report(context, {
    action: installed ? 'uninstalled' : 'was not installed',
    lines: [
      installed ? `stopped the worker and removed ${path}; agents go on` : 'the service was not installed',
      `kept, where it is there: ${kept}`,
    ],
    fields: { path },
  });
}

/** The unit keeps the runtime directory for `status`; without a service it is nobody's. A worker that runs by hand still needs it. */
function dropLiveState({ directories }: Context, { state }: ServiceHost): Step[] {
  const worker = readWorkerState(directories.runtime);
  const byHand = readLiveness(worker, Date.now()).status === 'up' && worker?.pid !== state.pid;
  return byHand ? [] : [{ do: 'remove-tree', path: directories.runtime }];
}

/** Never what is not ours alone. */
function dropDurableState({ directories, uid }: Context): Step[] {
  checkPrivateDirectory(directories.state, uid);
  return [{ do: 'remove-tree', path: directories.state }];
}
