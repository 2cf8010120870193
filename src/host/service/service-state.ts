/** What the supervisor says of the worker. */
export interface ServiceState {
  /** `failed`: it failed too often, or in a way that a restart would not mend, and is not started again. */
  activity: 'running' | 'starting' | 'stopping' | 'stopped' | 'failed';
  pid: number | null;
  /** RFC 3339. */
  since: string | null;
  /** Restarts by the supervisor itself. */
  restarts: number | null;
  /** How the last run ended, in words of ours; null where it did not or ended well. */
  lastEnd: string | null;
  /** Exit code of the last run that ended by itself. */
  exitCode: number | null;
  /** It starts at login. Null: launchd does not tell. */
  enabled: boolean | null;
  /** launchd has it loaded; to systemd the file is enough. */
  loaded: boolean;
  /** What the worker says of itself. */
  text: string | null;
}

/** What `systemctl show` is asked for. */
export const SYSTEMD_PROPERTIES = [
  'LoadState',
  'ActiveState',
  'UnitFileState',
  'MainPID',
  'ActiveEnterTimestamp',
  'NRestarts',
  'Result',
  'ExecMainCode',
  'ExecMainStatus',
  'StatusText',
] as const;

/** Reads the answer of `systemctl show` with TZ=UTC: a property a line. */
export function readSystemdState(text: string): ServiceState {
  const values = new Map(text.split('\n').map(splitProperty));
  const get = (name: (typeof SYSTEMD_PROPERTIES)[number]) => values.get(name) ?? '';
  const activity = ACTIVITIES[get('ActiveState')] ?? 'stopped';
  const pid = Number(get('MainPID'));
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(get('ActiveEnterTimestamp')) ?? [];
  return {
    activity,
    pid: pid > 0 ? pid : null,
    since: activity === 'running' && day !== undefined ? `${day}T${time}.000Z` : null,
    restarts: Number(get('NRestarts')) || 0,
    lastEnd: describeEnd(get('Result'), get('ExecMainStatus')),
    exitCode: get('ExecMainCode') === EXITED ? Number(get('ExecMainStatus')) : null,
    enabled: get('UnitFileState').startsWith('enabled'),
    loaded: get('LoadState') === 'loaded',
    text: get('StatusText') || null,
  };
}

/** `CLD_EXITED` of waitid(2): it ended by itself, not by a signal. */
const EXITED = '1';

const ACTIVITIES: Readonly<Record<string, ServiceState['activity']>> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopping',
  failed: 'failed',
};

function splitProperty(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** systemd.exec(5) and `Result` of org.freedesktop.systemd1(5). */
function describeEnd(result: string, status: string): string | null {
  switch (result) {
    case '':
    case 'success':
      return null;
    case 'exit-code':
      return `exit code ${status}`;
    case 'signal':
    case 'core-dump':
      return `killed by signal ${status}`;
    case 'watchdog':
      return 'killed by the watchdog: it did not come round any more';
    case 'timeout':
      return 'took too long to start or to stop';
    case 'start-limit-hit':
      return 'was started too often';
    default:
      return result;
  }
}

/** Reads the answer of `launchctl print gui/UID/LABEL`, whose form is for people and has been the same since macOS 10.10. */
export function readLaunchdState(text: string): ServiceState {
  const get = (name: string) => new RegExp(`^\\t${name} = (.*)$`, 'm').exec(text)?.[1] ?? '';
  const running = get('state') === 'running';
  const code = /^-?\d+/.exec(get('last exit code'))?.[0];
  const exitCode = code === undefined ? null : Number(code);
  const runs = Number(get('runs'));
  return {
    activity: running ? 'running' : exitCode === null || exitCode === 0 ? 'stopped' : 'failed',
    pid: Number(get('pid')) || null,
    since: null,
    restarts: runs > 0 ? runs - 1 : null,
    lastEnd: exitCode === null || exitCode === 0 ? null : `exit code ${exitCode}`,
    exitCode,
    enabled: null,
    loaded: true,
    text: null,
  };
}

/** A job that launchd has not loaded. */
export const NOT_LOADED: ServiceState = {
  activity: 'stopped',
  ...{ pid: null, since: null, restarts: null, lastEnd: null, exitCode: null, enabled: null, text: null },
  loaded: false,
};
