import { statSync } from 'node:fs';
import { execa } from 'execa';
import { messageOf, OrchestratorError } from '../base/errors.ts';

export interface ServerLaunch {
  /** Tells this server's unit from those of others: letters, digits, dot, dash and underscore. */
  name: string;
  /** The tmux command that starts the server and leaves it running by itself, such as `tmux -L work new-session -d`. */
  words: readonly [string, ...string[]];
  /** Where its first pane starts. */
  directory: string;
  /** Variables for the server and its panes, on top of those of the user's manager, or in place of ours where there is none. */
  env: Readonly<Record<string, string>>;
}

/** How the server came to be: as a service of the user's manager, by itself, or before us. */
export type LaunchEnd =
  | { kind: 'service'; unit: string }
  | { kind: 'detached' }
  | { kind: 'already-there'; unit: string };

const TIME_LIMIT_MS = 10_000;

/**
 * Starts a tmux server that outlives the worker. A child of the worker would be in the worker's own cgroup and die with it, and would
 * hand its sandbox to every agent: `NoNewPrivileges` breaks sudo, the system call filter who knows what. (`systemd-run --scope` only moves
 * it to another cgroup.) So where the user has a service manager that starts it, as a service of its own. Elsewhere tmux goes into the
 * background by itself, and nothing looks for it there.
 */
export async function launchTmuxServer(launch: ServerLaunch, around: NodeJS.ProcessEnv): Promise<LaunchEnd> {
  if (hasUserManager(around)) return launchService(launch, around);
  const [program, ...rest] = launch.words;
  const { directory: cwd, env } = launch;
  try {
    await execa(program, rest, { env, extendEnv: false, cwd, stdin: 'ignore', timeout: TIME_LIMIT_MS });
  } catch (error) {
    throw notStarted(launch, error);
  }
  return { kind: 'detached' };
}

/** The manager's own socket: there is no way to ask it anything without. */
function hasUserManager({ XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux' || !runtime) return false;
  return statSync(`${runtime}/systemd/private`, { throwIfNoEntry: false })?.isSocket() ?? false;
}

async function launchService(launch: ServerLaunch, around: NodeJS.ProcessEnv): Promise<LaunchEnd> {
  const unit = unitOf(launch);
  const { PATH, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = around;
  try {
    await execa('systemd-run', serviceWords(launch), {
      env: { PATH, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS, LC_ALL: 'C.UTF-8' },
      extendEnv: false,
      stdin: 'ignore',
      timeout: TIME_LIMIT_MS,
    });
    return { kind: 'service', unit };
  } catch (error) {
    // Two launches at once, or a server that runs already under this name.
    if (/was already loaded|already exists/.test(messageOf(error))) return { kind: 'already-there', unit };
    throw notStarted(launch, error);
  }
}

/** The words of systemd-run(1). */
export function serviceWords(launch: ServerLaunch): string[] {
  return [
    ...['--user', '--collect', '--quiet', `--unit=${unitOf(launch)}`, '--service-type=forking'],
    `--description=tmux server ${launch.name} of tmux-orchestrator`,
    `--working-directory=${launch.directory}`,
    // One agent that is killed for want of memory must not end the others.
    '--property=OOMPolicy=continue',
    // Else every pane could speak to the manager as if it were this service.
    `--property=UnsetEnvironment=${SERVICE_VARIABLES.join(' ')}`,
    ...Object.entries(launch.env).map(([name, value]) => `--setenv=${name}=${value}`),
    ...['--', ...launch.words],
  ];
}

/** What the manager tells a service about itself. */
const SERVICE_VARIABLES = [
  'NOTIFY_SOCKET',
  'JOURNAL_STREAM',
  'INVOCATION_ID',
  'SYSTEMD_EXEC_PID',
  'MANAGERPID',
];

function unitOf({ name }: ServerLaunch): string {
  return `tmux-orchestrator-tmux-${name}.service`;
}

function notStarted({ name }: ServerLaunch, error: unknown): OrchestratorError {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : '';
  return new OrchestratorError(
    'TMUX',
    `tmux server ${name} could not be started: ${said || messageOf(error)}`,
    {
      cause: error,
    },
  );
}
