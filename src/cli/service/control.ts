import { setTimeout as wait } from 'node:timers/promises';
import { OrchestratorError } from '../../base/errors.ts';
import { readTail } from '../../host/service/file-log.ts';
import { readJournal } from '../../host/service/journal-log.ts';
import type { LogLine } from '../../host/service/log-line.ts';
import type { ServiceState } from '../../host/service/service-state.ts';
import { queryState } from '../../host/service/supervisor-query.ts';
import { readWorkerState } from '../../store/state-files.ts';
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
  const runs = host.state.activity === 'running';
  const steps = runs ? [] : host.plans.start(host.situation);
  if (options.dryRun) return showSteps(context, steps);
  await bringUp(context, host, () => carryOut(steps), runs ? 'already running' : 'started');
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
  const state = await untilReady(host, context, from);
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

/** systemd says yes when the worker has; launchd before it has started anything, so there its state file must tell. */
async function untilReady(
  { supervisor, logFile }: ServiceHost,
  { uid, directories }: Context,
  from: number,
): Promise<ServiceState> {
  for (let polls = 1; ; polls++) {
    const state = await queryState(supervisor, uid);
    const ready = supervisor.kind === 'systemd' || isReady(directories.runtime, state);
    if ((state.activity === 'running' && ready) || state.activity === 'failed') return state;
    const hopeless = logFile !== undefined && readLastWordsOf(logFile, from) !== undefined;
    if (hopeless || polls === POLLS_MAX) return { ...state, activity: 'failed' };
    await wait(POLL_MS);
  }
}

function isReady(runtime: string, { pid }: ServiceState): boolean {
  const worker = readWorkerState(runtime);
  return worker?.pid === pid && worker?.stoppedAt === null;
}

const CONFIG_EXIT = 78;
const SEE_LOG =
  'see why with: tmux-orchestrator service logs --lines 20; check all with: tmux-orchestrator doctor';

/** Says why by the worker's own last words: systemctl only tells that it failed. */
async function explainFailure(
  { uid }: Context,
  { supervisor, logFile }: ServiceHost,
  { from, cause }: { from: number; cause?: OrchestratorError },
): Promise<OrchestratorError> {
  const state = await queryState(supervisor, uid);
  const words = logFile === undefined ? await readLastWords(from, uid) : readLastWordsOf(logFile, from);
  const why = words ?? state.lastEnd ?? cause?.message ?? 'it is not running';
  const code = state.exitCode === CONFIG_EXIT ? 'CONFIG' : 'FAILED';
  return new OrchestratorError(code, `the worker did not come up: ${why}`, { cause, hint: SEE_LOG });
}

async function readLastWords(since: number, uid: number): Promise<string | undefined> {
  const lines = await readJournal(uid, { since, linesMax: 1, wanted: isLastWord });
  return lines[0]?.message.replace(/^error: /, '');
}

function readLastWordsOf(logFile: string, since: number): string | undefined {
  const lines = readTail(logFile).lines.filter((line) => isLastWord(line) && (line.at ?? 0) >= since);
  return lines.at(-1)?.message;
}

/** systemd says that a unit failed; the worker said why. */
function isLastWord({ level, message }: LogLine): boolean {
  return (level === 'error' || level === 'fatal') && !message.startsWith('Failed to start');
}
