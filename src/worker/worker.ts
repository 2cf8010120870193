import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { systemClock } from '../base/clock.ts';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { readOwnVersion } from '../base/version.ts';
import { EventBus } from '../core/event-bus.ts';
import { EventRing } from '../core/event-ring.ts';
import { Fleet } from '../core/fleet.ts';
import { chooseLogForm, type LogForm, openLog } from '../host/log.ts';
import { tendLogFile } from '../host/log-file.ts';
import { openNotifier } from '../host/notifier.ts';
import { openProcessTable } from '../host/process-table.ts';
import { launchdLogPath } from '../host/service/service-facts.ts';
import { type Supervision, type SupervisorChoice, takeSupervision } from '../host/supervisor.ts';
import { describeStatus } from '../model/status-text.ts';
import type { EventService } from '../operations/house.ts';
import { AgentSpecFiles } from '../store/agent-spec-files.ts';
import { AuditLog } from '../store/audit-log.ts';
import { type LoadedConfig, loadConfig } from '../store/config-file.ts';
import {
  checkParent,
  type Directories,
  ensurePrivateDirectory,
  findDirectories,
  surroundings,
} from '../store/directories.ts';
import { readEventPage } from '../store/event-pages.ts';
import { acquireInstanceLock } from '../store/instance-lock.ts';
import { Journal } from '../store/journal.ts';
import { readAgents, StateFiles } from '../store/state-files.ts';
import { chooseServer } from '../tmux/socket.ts';
import type { TmuxProgram } from '../tmux/spawned.ts';
import { readTmuxVersion } from '../tmux/version.ts';
import { type Doors, openDoors } from './doors.ts';
import { logEvent } from './event-log.ts';
import { Heartbeat } from './heartbeat.ts';
import { runUnderLaunchd } from './launchd-run.ts';
import { handleSignals } from './signals.ts';
import { Staff } from './staff.ts';
import { SupervisorLink } from './supervisor-link.ts';
import { Watch } from './watch.ts';

export interface WorkerOptions {
  /** Write no log: somebody else uses the terminal. */
  silent: boolean;
  configFile?: string | undefined;
  /** Command line flags by configuration key. */
  flags: Readonly<Record<string, unknown>>;
  supervisor?: SupervisorChoice;
}

/**
 * Runs the worker in the foreground until SIGTERM or SIGINT and gives its exit code, 0. Throws `CONFIG` or `DIRECTORY` (78) for what
 * must be mended first, `ALREADY_RUNNING` (75), and whatever else ends it.
 */
export async function runWorker(options: WorkerOptions): Promise<number> {
  process.umask(0o077);
  const logForm = chooseLogForm(process.env);
  const supervision = takeSupervision(options.supervisor ?? 'auto', process.env, process.pid);
  const work = () => runSupervised({ ...options, logForm, supervision });
  if (supervision.kind !== 'launchd') return work();
  tendLogFile(launchdLogPath(surroundings().home), systemClock);
  const log = await openLog(logForm, 'info');
  const prepareStateDirectory = () => prepareDirectories().directories.state;
  return runUnderLaunchd({ work, prepareStateDirectory, clock: systemClock, log });
}

interface SupervisedOptions extends WorkerOptions {
  logForm: LogForm;
  supervision: Supervision;
}

async function runSupervised(options: SupervisedOptions): Promise<number> {
  const { logForm, supervision, silent } = options;
  // The burst of first looks would grow the young generation for good: with 1,000 agents 92 MB of memory instead of 119 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { directories, uid } = prepareDirectories();
  const load = () =>
    loadConfig({
      directory: directories.config,
      file: options.configFile,
      env: process.env,
      flags: options.flags,
    });
  const loaded = load();
  const tmux = chooseTmux(loaded, uid);
  await readTmuxVersion(tmux.program);
  const lock = await acquireInstanceLock(directories.runtime, uid);
  const log = await openLog(logForm, silent ? 'silent' : loaded.config.log.level);
  try {
    await serve({ directories, uid, load, loaded, tmux, log, supervision });
    return 0;
  } finally {
    lock.release();
  }
}

function prepareDirectories(): { directories: Directories; uid: number } {
  const around = surroundings();
  const directories = findDirectories(around);
  checkParent(dirname(directories.runtime), around.uid);
  ensurePrivateDirectory(directories.runtime, around.uid);
  ensurePrivateDirectory(directories.state, around.uid);
  return { directories, uid: around.uid };
}

function chooseTmux({ config, origins }: LoadedConfig, uid: number): TmuxProgram {
  const { program, socketName, socketPath } = config.tmux;
  const origin = origins.get(socketPath === undefined ? 'tmux.socketName' : 'tmux.socketPath') ?? '';
  const source = origin === 'flag' ? 'flag' : origin.startsWith('environment') ? 'environment' : 'config';
  return { program, address: chooseServer([{ socketName, socketPath, source }], process.env, uid) };
}

interface Setting {
  directories: Directories;
  uid: number;
  load(): LoadedConfig;
  loaded: LoadedConfig;
  tmux: TmuxProgram;
  log: Logger;
  supervision: Supervision;
}

/** Puts the parts together, starts them, waits for the end, and takes them apart in the opposite order. */
async function serve(setting: Setting): Promise<void> {
  const { directories, uid, loaded, tmux, log } = setting;
  const identity = identify();
  const bus = new EventBus(systemClock);
  const { journal, counted, events } = openEvents(setting, bus, identity);
  const files = new StateFiles(directories.runtime, uid);
  const fleet = new Fleet(new AgentSpecFiles(directories.state, uid));
  const ending = new Ending();
  const heartbeat = new Heartbeat({
    ...{ clock: systemClock, identity },
    describe: () => addCounters(watch.describe(), counted),
    write: (state) => files.writeWorker(state),
  });
  const link = openLink(setting, () => {
    const states = Array.from(watch.roster.agents, (agent) => agent.fold.state);
    return describeStatus(watch.describe().tmux.status, states);
  });
  const processes = openProcessTable();
  const watch = new Watch({
    ...{ tmux, loaded, files, fleet, processes, clock: systemClock },
    worker: { pid: identity.pid, startedAt: identity.startedAt },
    before: readAgents(directories.runtime),
    emit: (event) => bus.emit(event),
    onFatal: (error) => ending.fail(error),
    onRound: (end) => {
      heartbeat.beat();
      link.noteRound(end);
    },
    roundEveryMs: link.roundEveryMs,
  });
  const audit = new AuditLog(directories.state, systemClock);
  const staff = new Staff({
    ...{ audit, events },
    describeWorker: () => ({
      ...{ ...identity, ...addCounters(watch.describe(), counted) },
      ...{ heartbeatAt: heartbeat.at, hasLooked: watch.hasLooked },
    }),
    ...{ ground: watch, bus, clock: systemClock, processes, directories, files, uid, env: process.env },
    onFatal: (error) => ending.fail(error),
    ...warnings(log),
  });
  const releaseSignals = handleSignals({
    onStop: (signal) => ending.stop(signal),
    onReload: () => void reload(setting, { watch, bus, link }).catch((error) => ending.fail(error)),
    onUncaught: (error) => ending.fail(error),
  });
  bus.emit({ type: 'worker.started', pid: identity.pid, version: identity.version });
  let doors: Doors | undefined;
  const open = async () => {
    await watch.open();
    await staff.open();
    doors = await openDoors({ ...setting, staff, audit });
    await link.ready();
  };
  const opening = open();
  try {
    const reason = await Promise.race([ending.reached, opening.then(() => ending.reached)]);
    bus.emit({ type: 'worker.stopped', reason });
  } finally {
    ending.release();
    releaseSignals();
    await Promise.all([link.stopping(), doors?.close()]);
    await staff.close();
    await watch.close();
    // A stop may come in the middle of the start; what that waits for has gone with the watch.
    await opening.catch(() => undefined);
    await doors?.close();
    heartbeat.stop();
    journal.close();
    audit.close();
  }
}

function identify() {
  return {
    pid: process.pid,
    version: readOwnVersion(),
    startedAt: new Date(systemClock.now()).toISOString(),
  };
}

/** What goes wrong without harm to the rest. */
function warnings(log: Logger) {
  return {
    onBroken: (paths: readonly string[]) =>
      log.warn({ paths }, 'files that cannot be understood were put aside'),
    onNoticeFailure: (what: string, reason: unknown) =>
      log.warn({ what, reason: messageOf(reason) }, 'could not tell anybody'),
  };
}

/** What happens goes into the journal and the log, and to those who follow it. */
function openEvents({ directories, loaded, log }: Setting, bus: EventBus, worker: { startedAt: string }) {
  const files = { path: join(directories.state, 'events.jsonl'), ...loaded.config.journal };
  const journal = new Journal(files);
  const counted = { events: 0 };
  bus.listen((event) => {
    counted.events++;
    journal.append(event);
    logEvent(log, event);
  });
  const live = new EventRing({ bus, run: Date.parse(worker.startedAt).toString(36) });
  const events: EventService = { live, list: (filter) => readEventPage(files, filter) };
  return { journal, counted, events };
}

function addCounters(watch: ReturnType<Watch['describe']>, counted: { events: number }) {
  return { ...watch, counters: { ...watch.counters, ...counted } };
}

/** What the worker waits for: to be asked to stop, or an error that nothing else catches. Keeps the process alive until then. */
class Ending {
  readonly reached: Promise<string>;
  #settle: { resolve(reason: string): void; reject(error: unknown): void } | undefined;
  readonly #keepAlive = setInterval(() => {}, 60_000);

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.reached.catch(() => {});
  }

  stop(signal: string): void {
    this.#settle?.resolve(signal);
  }

  fail(error: unknown): void {
    this.#settle?.reject(error);
  }

  release(): void {
    clearInterval(this.#keepAlive);
  }
}

function openLink({ supervision, log }: Setting, describe: () => string): SupervisorLink {
  const { notify: way, watchdogMs } = supervision;
  const onFailure = (error: unknown) => log.warn({ reason: messageOf(error) }, 'systemd cannot be told');
  const notifier = openNotifier({ way, onFailure });
  return new SupervisorLink({
    ...{ notifier, watchdogMs, describe },
    monotonicUs: () => process.hrtime.bigint() / 1_000n,
  });
}

interface Reloaded {
  watch: Watch;
  bus: EventBus;
  link: SupervisorLink;
}

/** Takes a new configuration where it is sound; else the old one stays. The tmux server itself is chosen once, at the start. */
async function reload({ load, log }: Setting, { watch, bus, link }: Reloaded): Promise<void> {
  await link.reloading();
  try {
    const loaded = load();
    log.level = log.level === 'silent' ? 'silent' : loaded.config.log.level;
    watch.configure(loaded);
    bus.emit({ type: 'config.reloaded', ok: true, reason: null });
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    bus.emit({ type: 'config.reloaded', ok: false, reason: messageOf(error) });
  }
  await link.reloaded();
}
