import { LAUNCHD_LABEL } from './service/service-facts.ts';

type SupervisorKind = 'systemd' | 'launchd' | 'none';
/** `auto`: by the signs that a supervisor leaves in the environment. */
export type SupervisorChoice = SupervisorKind | 'auto';

/** How systemd is to be told things; see sd_notify(3). */
export type NotifyWay =
  /** A connected socket that the manager opened for us (`OpenFile=` of the unit, systemd 253 and later). */
  | { kind: 'descriptor'; descriptor: number }
  /** The address of a socket of datagrams, which Node.js cannot send: systemd-notify(1) can. */
  | { kind: 'program'; socket: string };

/** Who started this worker and will start it again, and what that wants to hear. */
export interface Supervision {
  kind: SupervisorKind;
  notify: NotifyWay | undefined;
  /** The supervisor kills a worker that gives no sign of life for so long. */
  watchdogMs: number | undefined;
}

/**
 * What systemd and launchd say to this one process. Children must see none of it: a tmux server would hand it to every pane, where
 * programs would speak to our supervisor in our name (`WATCHDOG=trigger` kills us) or write their log as if into the journal.
 */
const OWN_VARIABLES = [
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'LISTEN_PID',
  'LISTEN_PIDFDID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'JOURNAL_STREAM',
  'INVOCATION_ID',
  'SYSTEMD_EXEC_PID',
  'MANAGERPID',
  'MANAGERPIDFDID',
  'MEMORY_PRESSURE_WATCH',
  'MEMORY_PRESSURE_WRITE',
  'RUNTIME_DIRECTORY',
  'XPC_SERVICE_NAME',
];

/** Reads what the supervisor said and removes it from the environment. Whatever else reads it must have done so before. */
export function takeSupervision(choice: SupervisorChoice, env: NodeJS.ProcessEnv, pid: number): Supervision {
  const supervision = readSupervision(choice, env, pid);
  for (const name of OWN_VARIABLES) delete env[name];
  return supervision;
}

export function readSupervision(
  choice: SupervisorChoice,
  env: Readonly<NodeJS.ProcessEnv>,
  pid: number,
): Supervision {
  const kind = choice === 'auto' ? detectSupervisor(env, pid) : choice;
  if (kind !== 'systemd') return { kind, notify: undefined, watchdogMs: undefined };
  return { kind, notify: findNotifyWay(env, pid), watchdogMs: readWatchdogMs(env, pid) };
}

/** Variables are inherited by whatever a service starts, so each sign must name this very process or job. */
function detectSupervisor(env: Readonly<NodeJS.ProcessEnv>, pid: number): SupervisorKind {
  const started = env.INVOCATION_ID !== undefined && isFor(env.SYSTEMD_EXEC_PID, pid);
  if (started && env.NOTIFY_SOCKET !== undefined) return 'systemd';
  return env.XPC_SERVICE_NAME === LAUNCHD_LABEL ? 'launchd' : 'none';
}

/** `SYSTEMD_EXEC_PID` exists since systemd 248, `WATCHDOG_PID` may be absent by sd_watchdog_enabled(3). */
function isFor(variable: string | undefined, pid: number): boolean {
  return variable === undefined || variable === String(pid);
}

/** sd_listen_fds(3): passed descriptors begin here. */
const FIRST_PASSED = 3;
/** As the unit's `OpenFile=` calls it. */
const DESCRIPTOR_NAME = 'notify';

function findNotifyWay(env: Readonly<NodeJS.ProcessEnv>, pid: number): NotifyWay | undefined {
  const index = env.LISTEN_PID === String(pid) ? indexOfDescriptor(env) : -1;
  if (index >= 0) return { kind: 'descriptor', descriptor: FIRST_PASSED + index };
  return env.NOTIFY_SOCKET ? { kind: 'program', socket: env.NOTIFY_SOCKET } : undefined;
}

function indexOfDescriptor({ LISTEN_FDNAMES = '' }: Readonly<NodeJS.ProcessEnv>): number {
  return LISTEN_FDNAMES.split(':').indexOf(DESCRIPTOR_NAME);
}

function readWatchdogMs(env: Readonly<NodeJS.ProcessEnv>, pid: number): number | undefined {
  const microseconds = Number(env.WATCHDOG_USEC);
  const wanted = Number.isSafeInteger(microseconds) && microseconds > 0 && isFor(env.WATCHDOG_PID, pid);
  return wanted ? microseconds / 1_000 : undefined;
}
