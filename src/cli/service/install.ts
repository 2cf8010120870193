import { decideWrite } from '../../host/service/installed-file.ts';
import { describeLingerOff, readLinger } from '../../host/service/linger.ts';
import { findVersionManager } from '../../host/service/node-location.ts';
import type { Step } from '../../host/service/plan.ts';
import { readWorkerState } from '../../store/state-files.ts';
import type { Context } from '../context.ts';
import { findOtherCopy, openServiceHost, type ServiceHost } from './service-host.ts';
import { carryOut, report, showSteps, type Warning } from './service-step.ts';

export interface InstallOptions {
  force?: true;
  dryRun?: true;
  now?: true;
}

/** Installs the service, or brings it to what this copy of the program would install. Doing it twice changes nothing. */
export async function installService(context: Context, options: InstallOptions): Promise<void> {
  const host = await openServiceHost(context);
  const mustWrite = decideWrite({
    ...{ path: host.path, found: host.found, wanted: host.wanted, force: options.force === true },
    own: host.facts,
    other: findOtherCopy(host.found.kind === 'file' ? host.found.program : undefined, host.facts.main),
  });
  const steps =
    mustWrite || host.state.enabled === false ? host.plans.install(host.situation, host.wanted) : [];
  const follow = planFollowing(context, host, { mustWrite, now: options.now === true });
  if (options.dryRun) return showSteps(context, [...steps, ...follow.steps]);
  await carryOut(steps);
  await carryOut(follow.steps);
  const action = describeAction(host, steps.length > 0);
  report(context, {
    action,
    lines: [`${action}: ${host.path} (${host.title})`, ...follow.lines],
    warnings: await findWarnings(host),
    next: follow.next,
    fields: { path: host.path, supervisor: host.supervisor, restarted: follow.restarts },
  });
}

function describeAction({ found }: ServiceHost, changed: boolean): string {
  if (!changed) return 'already installed and current';
  return found.kind === 'absent' ? 'installed' : 'updated';
}

interface Following {
  steps: readonly Step[];
  lines: readonly string[];
  next: string;
  restarts: boolean;
}

/** A worker that runs what was installed before is replaced; agents belong to tmux and do not notice. */
function planFollowing(
  { directories }: Context,
  { situation, plans, facts }: ServiceHost,
  { mustWrite, now }: { mustWrite: boolean; now: boolean },
): Following {
  const next = 'tmux-orchestrator service status';
  const outdated = mustWrite || readWorkerState(directories.runtime)?.version !== facts.version;
  if (situation.running && outdated) {
    const lines = ['restarted the worker; agents were left alone'];
    return { steps: plans.upgrade(situation), lines, next, restarts: true };
  }
  if (situation.running) return { steps: [], lines: ['the worker runs'], next, restarts: false };
  if (now) return { steps: plans.start(situation), lines: ['started the worker'], next, restarts: false };
  return { steps: [], lines: [], next: 'tmux-orchestrator service start', restarts: false };
}

/** What will go wrong later, said while somebody listens. */
async function findWarnings({ supervisor, facts, user }: ServiceHost): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const manager = findVersionManager(facts.node) ?? findVersionManager(facts.main);
  if (manager !== undefined) {
    warnings.push({
      warning: `the service runs ${facts.node}, which ${manager} takes away when that version is removed`,
      remedy: 'repeat after each change of Node.js: tmux-orchestrator service install --force',
    });
  }
  if (facts.main.includes('/_npx/')) {
    warnings.push({
      warning: `this copy lies in the cache of npx (${facts.main}), which npm empties`,
      remedy: 'npm install -g tmux-orchestrator, then service install --force from there',
    });
  }
  if (supervisor.kind === 'systemd' && !(await readLinger(user))) warnings.push(describeLingerOff(user));
  return warnings;
}
