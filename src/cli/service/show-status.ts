import { OrchestratorError } from '../../base/errors.ts';
import { cleanLine } from '../../base/text.ts';
import { formatDuration } from '../../base/time-text.ts';
import { type FileStatus, judgeFile } from '../../host/service/installed-file.ts';
import { readLinger } from '../../host/service/linger.ts';
import type { ServiceState } from '../../host/service/service-state.ts';
import { readWorkerState } from '../../store/state-files.ts';
import type { Context } from '../context.ts';
import { openServiceHost, requireInstalled, type ServiceHost } from './service-host.ts';

/** Tells how the service is; ends with 4 where it is not installed, with 3 where it does not run. */
export async function showServiceStatus(context: Context): Promise<void> {
  const host = await openServiceHost(context);
  const linger = host.supervisor.kind === 'systemd' ? await readLinger(host.user) : null;
  const file = judgeFile(host.found, host.wanted);
  const installed = readWorkerState(context.directories.runtime)?.version ?? null;
  const { supervisor, path, state } = host;
  context.output.print(
    {
      supervisor,
      file: { path, status: file },
      ...state,
      workerVersion: installed,
      ownVersion: host.facts.version,
      linger,
    },
    () => renderServiceStatus({ host, file, linger, now: Date.now() }),
  );
  requireInstalled(host);
  requireRunning(state);
}

interface StatusView {
  host: Pick<ServiceHost, 'title' | 'path' | 'state'>;
  file: FileStatus;
  linger: boolean | null;
  now: number;
}

/** The answer for people, one fact a line. */
function renderServiceStatus({ host, file, linger, now }: StatusView): string[] {
  const { state } = host;
  const rows: [string, string | null][] = [
    ['worker', describeActivity(state, now)],
    ['says', state.text === null ? null : cleanLine(state.text)],
    ['last end', state.lastEnd],
    [
      'restarts',
      state.restarts === null || state.restarts === 0 ? null : `${state.restarts} by ${host.title}`,
    ],
    ['supervisor', host.title],
    ['file', `${host.path} (${FILE_WORDS[file]})`],
    ['at login', state.enabled === null ? null : state.enabled ? 'started' : 'not started'],
    ['lingering', linger === null ? null : linger ? 'on' : 'off: worker and agents end at the last logout'],
  ];
  return rows.flatMap(([name, text]) => (text === null ? [] : [`${name.padEnd(11)} ${text}`]));
}

const FILE_WORDS: Readonly<Record<FileStatus, string>> = {
  absent: 'not installed',
  current: 'current',
  outdated: 'not current; bring it up to date with: tmux-orchestrator service install',
  edited: 'changed by hand',
  foreign: 'not from tmux-orchestrator',
};

function describeActivity({ activity, pid, since }: ServiceState, now: number): string {
  if (activity === 'failed') return 'failed; it is not started again by itself';
  if (activity !== 'running') return activity;
  const age = since === null ? '' : `, for ${formatDuration(now - Date.parse(since))}`;
  return `running (pid ${pid}${age})`;
}

function requireRunning({ activity, lastEnd }: ServiceState): void {
  if (activity === 'running') return;
  const why = lastEnd === null ? '' : ` (${lastEnd})`;
  throw new OrchestratorError('WORKER_DOWN', `the worker is not running: ${activity}${why}`, {
    hint: 'start it with: tmux-orchestrator service start; see its log with: tmux-orchestrator service logs',
  });
}
