import { setTimeout as wait } from 'node:timers/promises';
import { OrchestratorError } from '../../base/errors.ts';
import { readJournal } from '../../host/service/journal-log.ts';
import type { ServiceState } from '../../host/service/service-state.ts';
import { queryState } from '../../host/service/supervisor-query.ts';
import type { Context } from '../context.ts';
import { openServiceHost, requireInstalled, type ServiceHost } from './service-host.ts';
import { carryOut, report, showSteps } from './service-step.ts';

interface ControlOptions {
  dryRun?: true;
}

/** Starts the worker and waits until it is ready. */
export async function startService(context: Context, options: ControlOptions): Promise<void> {
  const host = await openServiceHost(context);
  requireInstalled(host);
  const steps = host.situation.running ? [] : host.plans.start(host.situation);
  if (options.dryRun) return showSteps(context, steps);
  await bringUp(context, host, () => carryOut(steps), host.situation.running ? 'already running' : 'started');
}

/** Replaces the worker by a new one; agents do not notice. */
export async function restartService(context: Context, options: ControlOptions): Promise<void> {
  const host = await openServiceHost(context);
  requireInstalled(host);
  const steps = host.plans.restart(host.situation);
  if (options.dryRun) return showSteps(context, steps);
  await bringUp(context, host, () => carryOut(steps), 'restarted');
}

/** Stops the worker; agents and tmux servers go on. */
export async function stopService(context: Context, options: ControlOptions): Promise<void> {
  const host = await openServiceHost(context);
  requireInstalled(host);
  const idle = host.state.activity === 'stopped' || host.state.activity === 'failed';
  const steps = idle ? [] : host.plans.stop(host.situation);
  if (options.dryRun) return showSteps(context, steps);
  await carryOut(steps);
  const action = idle ? 'was not running' : 'stopped';
  report(context, {
    action,
    lines: [`the worker ${idle ? 'was not running' : 'is stopped; agents go on'}`],
    next: 'tmux-orchestrator service start',
  });
}

async function bringUp(
  context: Context,
  host: ServiceHost,
  act: () => Promise<void>,
  action: string,
): Promise<void> {
  const from = Date.now();
  try {
    await act();
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    throw await explainFailure(context, host, { from, cause: error });
  }
  const state = await untilRunning(host, context.uid);
  if (state.activity !== 'running') throw await explainFailure(context, host, { from });
  const says = state.text === null ? '' : `: ${state.text}`;
  report(context, {
    action,
    lines: [
      `the worker ${action === 'already running' ? 'runs already' : `was ${action}`} (pid ${state.pid})${says}`,
    ],
    next: 'tmux-orchestrator status',
    fields: { pid: state.pid, text: state.text },
  });
}

const POLL_MS = 200;
const POLLS_MAX = 50;

/** launchd says yes before it has started anything. */
async function untilRunning({ supervisor }: ServiceHost, uid: number): Promise<ServiceState> {
  for (let polls = 1; ; polls++) {
    const state = await queryState(supervisor, uid);
    if (state.activity === 'running' || state.activity === 'failed' || polls === POLLS_MAX) return state;
    await wait(POLL_MS);
  }
}

const CONFIG_EXIT = 78;
const SEE_LOG =
  'see why with: tmux-orchestrator service logs --lines 20; check all with: tmux-orchestrator doctor';

/** Says why by the worker's own last words: systemctl only tells that it failed. */
async function explainFailure(
  { uid }: Context,
  { supervisor }: ServiceHost,
  { from, cause }: { from: number; cause?: OrchestratorError },
): Promise<OrchestratorError> {
  const state = await queryState(supervisor, uid);
  const words = supervisor.kind === 'systemd' ? await readLastWords(uid, from) : undefined;
  const why = words ?? state.lastEnd ?? cause?.message ?? 'it is not running';
  const code = state.exitCode === CONFIG_EXIT ? 'CONFIG' : 'FAILED';
  return new OrchestratorError(code, `the worker did not come up: ${why}`, { cause, hint: SEE_LOG });
}

async function readLastWords(uid: number, since: number): Promise<string | undefined> {
  // The manager says of itself that a unit failed; the worker said why.
  const wanted = (line: { level: string; message: string }) =>
    (line.level === 'error' || line.level === 'fatal') && !/^Failed to start/.test(line.message);
  const lines = await readJournal(uid, { since, linesMax: 1, wanted });
  return lines[0]?.message.replace(/^error: /, '');
}
