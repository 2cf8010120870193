import { NATIVE_SOURCES } from '../agents/natives.ts';
import { BUILT_IN_PROFILES } from '../agents/registry.ts';
import type { Clock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import { localTimeZone } from '../base/time-zone.ts';
import type { Fleet } from '../core/fleet.ts';
import type { Ground } from '../core/ground.ts';
import { Monitor } from '../core/monitor.ts';
import { Observer } from '../core/observer.ts';
import { PaneTurns } from '../core/pane-turns.ts';
import { Roster } from '../core/roster.ts';
import type { ProcessTable } from '../host/processes.ts';
import { InotifyTtyWatch, noTtyWatch, type TtyWatch } from '../host/tty-watch.ts';
import type { Agent, WorkerState } from '../model/agent.ts';
import type { NewEvent } from '../model/event.ts';
import type { Profile } from '../model/profile.ts';
import type { LoadedConfig } from '../store/config-file.ts';
import type { StateFiles } from '../store/state-files.ts';
import { TmuxConnection } from '../tmux/connection.ts';
import type { PaneId } from '../tmux/quoting.ts';
import type { ServerIdentity, TmuxServer } from '../tmux/server.ts';
import type { TmuxProgram } from '../tmux/spawned.ts';
import { WatchCounters } from './watch-counters.ts';

interface WatchOptions {
  fleet: Fleet;
  tmux: TmuxProgram;
  loaded: LoadedConfig;
  files: StateFiles;
  processes: ProcessTable;
  clock: Clock;
  worker: Agent['worker'];
  /** What the worker before us left behind. */
  before: readonly Agent[];
  emit(event: NewEvent): void;
  /** Something that only a person can mend, or a bug. */
  onFatal(error: unknown): void;
  /** A round has ended, or the server is known not to be there. Failed: for another reason than a server that does not answer. */
  onRound(end: { failed: boolean }): void;
  /** The next round comes after so long at the latest, whatever the configuration says. Milliseconds. */
  roundEveryMs: number;
}

/** How often it is looked for a connection that somebody waits for. */
const AWAIT_STEP_MS = 20;
/** A structure notice is rarely alone. */
const STRUCTURE_DELAY_MS = 20;

/** The watch over one tmux server address, through connections, losses and new servers. */
export class Watch implements Ground {
  readonly roster: Roster;
  readonly turns = new PaneTurns();
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly tmux: TmuxProgram;
  readonly #options: WatchOptions;
  readonly #connection: TmuxConnection;
  readonly #ttys: TtyWatch;
  readonly #counters = new WatchCounters();
  #settings: LoadedConfig;
  #monitor: Monitor | undefined;
  #observer: Observer;
  #identity: ServerIdentity | undefined;
  #stalled = false;
  #stopTimer = () => {};
  #structureTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#settings = options.loaded;
    const { worker, emit, files, tmux, clock, fleet } = options;
    this.fleet = fleet;
    this.clock = clock;
    this.tmux = tmux;
    this.roster = new Roster({ worker, emit, files, fleet });
    this.#observer = this.#makeObserver();
    this.#ttys =
      process.platform === 'linux' ? new InotifyTtyWatch((tty) => this.#monitor?.noteWrite(tty)) : noTtyWatch;
    this.#connection = new TmuxConnection(
      tmux,
      {
        onConnected: (server) => this.#begin(server),
        onLost: (reason) => this.#end(reason),
        onStructure: () => this.#lookAtStructure(),
        onRefused: options.onFatal,
      },
      clock,
    );
  }

  /** Connects and does the first round; comes back when it is complete or there is no server yet. */
  async open(): Promise<void> {
    await this.#connection.open();
    if (this.#connection.status === 'none') this.roster.sweep();
    await this.#tick();
  }

  /** Takes new settings from now on. */
  configure(loaded: LoadedConfig): void {
    this.#settings = loaded;
    this.#observer = this.#makeObserver();
    this.#renewProfiles();
    const server = this.#connection.server;
    if (server !== undefined) this.#startMonitor(server);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    this.#structureTimer?.();
    this.#monitor?.close();
    this.#ttys.close();
    await this.#connection.close();
  }

  server(): TmuxServer {
    const { server } = this.#connection;
    if (server !== undefined) return server;
    throw new OrchestratorError(
      'TMUX_GONE',
      `there is no connection to tmux: ${this.#connection.detail ?? 'not yet'}`,
      {
        hint: 'see: tmux-orchestrator status',
      },
    );
  }

  /** Whether all panes of the present connection were looked at. */
  get hasLooked(): boolean {
    return (this.#monitor?.counters.ticks ?? 0) > 0;
  }

  observer(): Observer {
    return this.#observer;
  }

  settings(): LoadedConfig {
    return this.#settings;
  }

  profiles(): readonly Profile[] {
    return this.#profiles;
  }

  emit(event: NewEvent): void {
    this.#options.emit(event);
  }

  request(pane: PaneId): void {
    this.#monitor?.request(pane);
  }

  /** A round that runs already may have read the list too early. */
  async refresh(): Promise<void> {
    await this.#monitor?.tick();
    await this.#monitor?.tick();
  }

  async awaitServer(timeoutMs: number): Promise<TmuxServer> {
    const until = this.clock.now() + timeoutMs;
    while (this.#connection.server === undefined && this.clock.now() < until) {
      await new Promise<void>((resolve) => this.clock.after(AWAIT_STEP_MS, resolve));
    }
    return this.server();
  }

  describe(): Pick<WorkerState, 'tmux' | 'panes' | 'agents'> & {
    counters: Omit<WorkerState['counters'], 'events'>;
  } {
    const server = this.#connection.server;
    const { pid = null, startTime = null, version = null } = server?.identity ?? {};
    return {
      tmux: {
        socket: this.#options.tmux.address.path,
        status: server?.stalled ? 'stalled' : this.#connection.status,
        detail: this.#connection.detail,
        ...{ pid, startTime, version },
      },
      counters: this.#counters.sum(this.#monitor?.counters),
      panes: this.#monitor?.panes ?? 0,
      agents: this.roster.size,
    };
  }

  get #profiles(): Profile[] {
    return [...this.#settings.profiles, ...BUILT_IN_PROFILES];
  }

  /** Agents that are known already are judged by the new rules too. */
  #renewProfiles(): void {
    const profiles = this.#profiles;
    for (const agent of this.roster.agents) {
      agent.profile = profiles.find((one) => one.name === agent.profile.name) ?? agent.profile;
      agent.last = null;
    }
  }

  #makeObserver(): Observer {
    const profiles = this.#profiles;
    const { processes, clock } = this.#options;
    return new Observer({ profiles, processes, natives: NATIVE_SOURCES, clock });
  }

  #begin(server: TmuxServer): void {
    const { identity } = server;
    this.#counters.connects++;
    if (this.#identity !== undefined && !isSameServer(this.#identity, identity)) this.#dropServer();
    this.#identity = identity;
    this.roster.setServer({ pid: identity.pid, startTime: identity.startTime });
    this.#options.emit({ type: 'server.connected', pid: identity.pid, version: identity.version });
    this.#startMonitor(server);
  }

  #startMonitor(server: TmuxServer): void {
    this.#stopMonitor();
    const { clock, emit, before } = this.#options;
    const { roster } = this;
    const known = before.filter((agent) => isSameServer(agent.server, server.identity));
    this.#monitor = new Monitor({
      ...{ server, roster, clock, emit, observer: this.#observer, ttys: this.#ttys },
      settleMs: this.#settings.config.watch.settleMs,
      timeZone: localTimeZone(),
      before: new Map(known.map((agent) => [agent.pane ?? '', agent])),
    });
    void this.#tick();
  }

  #stopMonitor(): void {
    const monitor = this.#monitor;
    if (monitor === undefined) return;
    this.#counters.keep(monitor.counters);
    this.#monitor = undefined;
    monitor.close();
  }

  #end(reason: string): void {
    this.#stopMonitor();
    this.#options.emit({ type: 'server.disconnected', reason });
    this.#dropDeadServer();
  }

  /** A server that is gone took its agents with it; while it lives they are still there and will be found again. */
  #dropDeadServer(): void {
    if (this.#monitor !== undefined || this.#identity === undefined) return;
    const server = this.#options.processes.readNode(this.#identity.pid);
    if (server === undefined || server.stat.startsWith('Z')) this.#dropServer();
  }

  /** One event for the server and all agents on it. */
  #dropServer(): void {
    const reason = `tmux server ${this.#identity?.pid} has ended`;
    this.#options.emit({ type: 'server.lost', reason, agents: this.roster.size });
    this.roster.clear();
    this.#identity = undefined;
  }

  #lookAtStructure(): void {
    this.#structureTimer ??= this.#options.clock.after(STRUCTURE_DELAY_MS, () => {
      this.#structureTimer = undefined;
      void this.#tick();
    });
  }

  /** A round now, the next one an interval after it. */
  async #tick(): Promise<void> {
    this.#stopTimer();
    let failed = false;
    try {
      await this.#monitor?.tick();
      this.#stalled = false;
      this.#dropDeadServer();
    } catch (error) {
      failed = this.#noteTrouble(error);
    }
    if (this.#closed) return;
    this.#options.onRound({ failed });
    this.#stopTimer();
    const delayMs = Math.min(this.#settings.config.watch.intervalMs, this.#options.roundEveryMs);
    this.#stopTimer = this.#options.clock.after(delayMs, () => void this.#tick());
  }

  /** Whether the round failed for another reason than the server's silence or absence. */
  #noteTrouble(error: unknown): boolean {
    if (!(error instanceof OrchestratorError)) {
      this.#options.onFatal(error);
      return true;
    }
    if (error.code !== 'TMUX_TIMEOUT') return error.code !== 'TMUX_GONE';
    if (!this.#stalled) this.#options.emit({ type: 'server.stalled' });
    this.#stalled = true;
    return false;
  }
}

/** `kill-server` and a new one reuse socket and pane ids. */
function isSameServer(a: Agent['server'], b: ServerIdentity): boolean {
  return a !== null && a.pid === b.pid && a.startTime === b.startTime;
}
