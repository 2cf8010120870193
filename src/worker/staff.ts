import { join } from 'node:path';
import pLimit from 'p-limit';
import { TRANSCRIPT_SOURCES } from '../agents/transcripts.ts';
import type { Clock } from '../base/clock.ts';
import { localTimeZone } from '../base/time-zone.ts';
import type { EventBus } from '../core/event-bus.ts';
import { EvidenceKeeper } from '../core/evidence-keeper.ts';
import type { Ground } from '../core/ground.ts';
import { Keeper } from '../core/keeper.ts';
import { Launcher } from '../core/launcher.ts';
import { Messenger } from '../core/messenger.ts';
import { Metrics } from '../core/metrics.ts';
import { NoticeOffice } from '../core/notice-office.ts';
import { Parking } from '../core/parking.ts';
import { Pulse } from '../core/pulse.ts';
import { Recovery } from '../core/recovery.ts';
import { ReportDesk } from '../core/report-desk.ts';
import { RoleShelf } from '../core/role-shelf.ts';
import { ScheduleBook } from '../core/schedule-book.ts';
import { Scheduler } from '../core/scheduler.ts';
import { readScreenEnd } from '../core/screen-end.ts';
import { SystemStatus, type WorkerFacts } from '../core/system-status.ts';
import { TeamBoard } from '../core/team-board.ts';
import { TokenBook } from '../core/token-book.ts';
import { TrustBook } from '../core/trust-book.ts';
import { UsageMeter } from '../core/usage-meter.ts';
import type { WatchedAgent } from '../core/watched-agent.ts';
import { askGate } from '../host/gate-command.ts';
import { readMachineUsage } from '../host/machine-usage.ts';
import { listProcessUsage } from '../host/process-usage.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { Event } from '../model/event.ts';
import type { Message } from '../model/message.ts';
import type { EventService, House } from '../operations/house.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Directories } from '../store/directories.ts';
import { EvidenceFiles } from '../store/evidence-files.ts';
import { readJournal } from '../store/journal-reader.ts';
import { Mailbox } from '../store/mailbox.ts';
import { NoticeFile } from '../store/notice-file.ts';
import { ParkingFile } from '../store/parking-file.ts';
import { ScheduleFiles } from '../store/schedule-files.ts';
import type { StateFiles } from '../store/state-files.ts';
import { TeamRecords } from '../store/team-records.ts';
import { TokenFile } from '../store/token-file.ts';
import { TrustFile } from '../store/trust-file.ts';

export interface StaffOptions {
  ground: Ground;
  bus: EventBus;
  clock: Clock;
  processes: ProcessTable;
  directories: Directories;
  files: Pick<StateFiles, 'writeUsage'>;
  uid: number;
  env: NodeJS.ProcessEnv;
  audit: AuditLog;
  events: EventService;
  describeWorker(): WorkerFacts;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
  /** Files that could not be understood and were put aside. */
  onBroken(paths: readonly string[]): void;
  /** A notifier, or a step of an escalation, that failed. */
  onNoticeFailure(what: string, reason: unknown): void;
}

/** Gates of so many schedules run at a time: hundreds may be due in the same minute. */
const limitGates = pLimit(4);
/** Shipped roles and teams lie beside the program. */
const SHIPPED = join(import.meta.dirname, '..');

/** Everybody who does more than watch, put together. */
export class Staff {
  readonly house: House;
  readonly #options: StaffOptions;
  readonly #messenger: Messenger;
  readonly #recovery: Recovery;
  readonly #launcher: Launcher;
  readonly #pulse: Pulse;
  readonly #parking: Parking;
  readonly #usage: UsageMeter;
  readonly #notices: NoticeOffice;
  readonly #scheduler: Scheduler;
  readonly #scheduleFiles: ScheduleFiles;
  #stopListening = () => {};

  constructor(options: StaffOptions) {
    this.#options = options;
    const { ground, bus, processes, directories, uid, env, onFatal } = options;
    const findInRecord = (agent: WatchedAgent, message: Message) => findTurn(agent, message, processes);
    const mailbox = new Mailbox(directories.state, uid);
    this.#messenger = new Messenger({ ground, mailbox, findInRecord, onFatal });
    const messenger = this.#messenger;
    const mail = {
      brief: (name: string, text: string) => void messenger.sendStanding(name, text),
      failAll: (name: string, reason: string) => messenger.failAll(name, reason),
      rename: (name: string, to: string) => messenger.renameMailbox(name, to),
    };
    const evidence = new EvidenceKeeper(ground, new EvidenceFiles(directories.state, uid));
    this.#launcher = new Launcher({ ground, processes, env, uid, brief: mail.brief, onFatal });
    const launcher = this.#launcher;
    const trust = new TrustBook({ file: new TrustFile(directories.state, uid), clock: ground.clock, uid });
    const around = {
      ...{ shipped: SHIPPED, config: directories.config, uid },
      isTrusted: (path: string, hash: string) => trust.isTrusted(path, hash),
    };
    const roles = new RoleShelf(around);
    const findRole = (name: string, project: string) => roles.getForStart(name, project);
    const listen = (listener: (event: Event) => void) => bus.listen(listener);
    const keeper = new Keeper({ ground, processes, launcher, listen, findRole, evidence, mail });
    const teams = new TeamBoard({ around, records: new TeamRecords(directories.state, uid), agents: keeper });
    const finishStop = (name: string) => keeper.stop(name, { force: true, timeoutMs: 0 });
    this.#recovery = new Recovery({
      ground,
      processes,
      launcher,
      evidence,
      finishStop,
      random: Math.random,
      onFatal,
    });
    this.#pulse = new Pulse(ground);
    this.#parking = new Parking({
      ...{ ground, file: new ParkingFile(directories.state), mail: messenger, random: Math.random, onFatal },
      readScreenEnd: (name) => readScreenEnd(ground, name),
    });
    this.#usage = openUsage(options);
    const { audit, events } = options;
    const tokens = new TokenBook({ file: new TokenFile(directories.state), clock: ground.clock });
    this.#notices = new NoticeOffice({
      ...{ ground, uid, file: new NoticeFile(directories.state), onFailure: options.onNoticeFailure },
      sendMail: (to, message, from) => messenger.send(to, message, from),
      findTeam: (name) => teams.findDefinition(name),
      restart: (name) => keeper.restart(name, { fresh: false }),
    });
    this.#scheduleFiles = new ScheduleFiles(directories.state, uid);
    this.#scheduler = new Scheduler({
      ...{ ground, fleet: ground.fleet, mail: messenger, onFatal },
      askGate: (gate, signal) => limitGates(() => askGate(gate, signal)),
      book: new ScheduleBook(this.#scheduleFiles),
      zone: localTimeZone(),
      findRole: (name, directory) => roles.find(name, directory),
      knowsRole: (name) => roles.find(name) !== undefined,
      knowsTeam: (name) => teams.findDefinition(name) !== undefined,
    });
    const telling = openTelling(options, { agents: keeper, messages: messenger });
    this.house = {
      ...{ agents: keeper, messages: messenger, roles, teams, trust, tokens, audit, events },
      ...{ ...telling, usage: this.#usage, notices: this.#notices, schedules: this.#scheduler },
    };
  }

  /** After the watch's first look at everything. */
  async open(): Promise<void> {
    this.#stopListening = this.#options.bus.listen((event) => {
      this.#launcher.note(event);
      this.#recovery.note(event);
      this.#messenger.note(event);
      this.#parking.note(event);
      this.#notices.note(event);
      this.#scheduler.note(event);
    });
    const broken = [...this.#messenger.open(), ...this.#scheduleFiles.takeBroken()];
    if (broken.length > 0) this.#options.onBroken(broken);
    await this.#launcher.open();
    await this.#recovery.open();
    this.#parking.open();
    this.#usage.open();
    this.#pulse.open();
    this.#notices.open();
    this.#scheduler.open();
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.#scheduler.close();
    this.#notices.close();
    this.#pulse.close();
    this.#parking.close();
    this.#usage.close();
    this.#recovery.close();
    await this.#messenger.close();
  }

  /** The managed agent that a process belongs to: that of the pane below whose first process it lives. */
  findAgentOfProcess(pid: number): string | undefined {
    const { ground, processes } = this.#options;
    const managed = new Map<number, string>();
    for (const agent of ground.roster.agents) {
      if (agent.management === 'managed') managed.set(agent.pane.pid, agent.name);
    }
    let current = pid;
    for (let i = 0; i < ANCESTORS_MAX && current > 1; i++) {
      const name = managed.get(current);
      if (name !== undefined) return name;
      current = processes.readParent(current) ?? 0;
    }
    return undefined;
  }
}

const ANCESTORS_MAX = 100;

function openUsage({ ground, files, onFatal }: StaffOptions): UsageMeter {
  return new UsageMeter({
    ...{ clock: ground.clock, workerPid: process.pid, onFatal },
    ...{ listProcesses: listProcessUsage, readMachine: readMachineUsage },
    listRoots: () => [...ground.roster.agents].map((agent) => [agent.name, agent.pane.pid] as const),
    write: (usage) => files.writeUsage(usage),
  });
}

/** Those who only tell what is and what was. */
function openTelling(
  { ground, bus, directories, describeWorker }: StaffOptions,
  { agents, messages }: { agents: Keeper; messages: Messenger },
) {
  const system = new SystemStatus({
    describeWorker: () => describeWorker(),
    agents: () => agents.list(),
    messages: () => messages.all(),
  });
  const metrics = new Metrics({
    describe: () => system.get(),
    findMessage: (id) => messages.get(id),
  });
  bus.listen((event) => metrics.note(event));
  const reports = new ReportDesk({
    clock: ground.clock,
    readEvents: () => readJournal(join(directories.state, 'events.jsonl')),
    listAgents: () => agents.list(),
  });
  return { system, metrics, reports };
}

function findTurn(agent: WatchedAgent, message: Message, processes: ProcessTable) {
  const source = TRANSCRIPT_SOURCES[agent.profile.transcriptReader ?? ''];
  const { process, native } = agent;
  if (source === undefined || process === null || !native?.sessionId) return undefined;
  const configDirectory = source.findDirectory((name) => processes.readVariable(process.pid, name));
  if (configDirectory === undefined) return undefined;
  return source.find({
    ...{ configDirectory, sessionId: native.sessionId, workingDirectory: agent.place.directory },
    ...{ messageId: message.id, since: Date.parse(message.acceptedAt) },
  });
}
