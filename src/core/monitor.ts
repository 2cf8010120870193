import type { Clock } from '../base/clock.ts';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import type { TtyWatch } from '../host/tty-watch.ts';
import type { Agent } from '../model/agent.ts';
import { sealDialog } from '../model/dialog-reading.ts';
import type { NewEvent } from '../model/event.ts';
import { foldReading } from '../model/fold.ts';
import { readPlace } from '../tmux/look.ts';
import { type PaneLine, PaneList } from '../tmux/pane-list.ts';
import type { PaneId } from '../tmux/quoting.ts';
import type { TmuxServer } from '../tmux/server.ts';
import { LookQueue } from './look-queue.ts';
import type { Observer, Sighting } from './observer.ts';
import { identify, type Roster } from './roster.ts';
import { dialogSeed, readResetInstant, type WatchedAgent } from './watched-agent.ts';

export interface MonitorOptions {
  server: TmuxServer;
  roster: Roster;
  observer: Observer;
  ttys: TtyWatch;
  clock: Clock;
  /** Least distance of two equal readings before a state of rest counts. Milliseconds. */
  settleMs: number;
  timeZone: string;
  emit(event: NewEvent): void;
  /** Agents an earlier worker knew on this same server. */
  before: ReadonlyMap<string, Agent>;
}

/** What a monitor has done so far. */
export interface MonitorCounters {
  ticks: number;
  looks: number;
  failures: number;
}

/** Each agent's process is checked at least once in this many ticks even when its pane is quiet: a SIGSTOP writes nothing. */
const AUDIT_TICKS = 20;

/** Watches the panes of one server for as long as its connection lasts. */
export class Monitor {
  readonly counters: MonitorCounters = { ticks: 0, looks: 0, failures: 0 };
  readonly #options: MonitorOptions;
  readonly #list = new PaneList();
  readonly #panes = new Map<PaneId, PaneLine>();
  readonly #byTty = new Map<string, PaneId>();
  readonly #queue: LookQueue;
  /** Panes whose last write may be of the same second as our last check of them. */
  readonly #unsettled = new Set<PaneId>();
  /** Agents' panes to which something was written since the last look at them. */
  readonly #stirred = new Set<PaneId>();
  #ticking: Promise<void> | undefined;
  #closed = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#queue = new LookQueue({ clock: options.clock, look: (pane) => this.#look(pane) });
  }

  get panes(): number {
    return this.#panes.size;
  }

  /** Something was written to a terminal. */
  noteWrite(tty: string): void {
    const pane = this.#byTty.get(tty);
    if (pane === undefined || !this.#options.roster.find(pane)) return;
    this.#stirred.add(pane);
    this.#queue.request(pane);
  }

  /** Looks at a pane as soon as may be: somebody has touched it. */
  request(pane: PaneId): void {
    this.#stirred.add(pane);
    this.#queue.request(pane, 0);
  }

  /** One round: the list of all panes, and what follows from it. A round that is asked for during another is that other. */
  tick(): Promise<void> {
    this.#ticking ??= this.#round().finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  close(): void {
    this.#closed = true;
    this.#queue.clear();
    for (const tty of this.#byTty.keys()) this.#options.ttys.disarm(tty);
  }

  async #round(): Promise<void> {
    const { server, clock } = this.#options;
    const startedAt = clock.now();
    const { changed, gone } = await this.#list.refresh(server);
    if (this.#closed) return;
    for (const pane of gone) this.#forget(pane);
    for (const line of changed) this.#note(line);
    if (this.counters.ticks === 0) this.#forgetLost();
    await this.#checkUnsettled(startedAt);
    this.#audit();
    this.counters.ticks++;
  }

  #forget(pane: PaneId): void {
    const tty = this.#panes.get(pane)?.tty;
    if (tty !== undefined) {
      this.#byTty.delete(tty);
      this.#options.ttys.disarm(tty);
    }
    this.#panes.delete(pane);
    this.#unsettled.delete(pane);
    this.#stirred.delete(pane);
    this.#queue.forget(pane);
    this.#options.roster.remove(pane);
  }

  /** Agents whose panes went while there was no connection. */
  #forgetLost(): void {
    const { roster } = this.#options;
    for (const agent of [...roster.agents]) {
      if (!this.#panes.has(agent.pane.id)) roster.remove(agent.pane.id);
    }
    roster.sweep();
  }

  #note(line: PaneLine): void {
    const agent = this.#options.roster.find(line.id);
    const moved = agent !== undefined && agent.pane.windowId !== line.windowId;
    this.#panes.set(line.id, line);
    this.#byTty.set(line.tty, line.id);
    this.#unsettled.add(line.id);
    if (agent === undefined) return;
    this.#stirred.add(line.id);
    agent.pane = line;
    if (moved) void this.#refreshPlace(agent);
  }

  /**
   * Looks at every pane that may have changed. Activity is told in whole seconds: a write later in the second of a check shows nowhere,
   * so a pane stays unsettled until a check began after that second.
   */
  async #checkUnsettled(startedAt: number): Promise<void> {
    const discoveries: Promise<void>[] = [];
    for (const pane of [...this.#unsettled]) {
      const line = this.#panes.get(pane);
      if (line === undefined) continue;
      if (startedAt >= (line.activity + 1) * 1_000) this.#unsettled.delete(pane);
      if (this.#options.roster.find(pane)) this.#queue.request(pane, 0);
      else discoveries.push(this.#discover(line));
    }
    await Promise.all(discoveries);
  }

  async #discover(line: PaneLine): Promise<void> {
    const { roster, observer, clock, server, before } = this.#options;
    const known = knownBefore(line, before);
    const found = observer.discover(line, roster.findSpec(line.id) ?? known);
    if (found === undefined) return;
    try {
      const place = await readPlace(server, line.id);
      if (this.#closed || roster.find(line.id)) return;
      roster.add({ ...found, pane: line, place, now: clock.now(), before: known });
      this.#queue.request(line.id, 0);
    } catch (error) {
      if (!(error instanceof OrchestratorError)) throw error;
      this.#unsettled.add(line.id);
    }
  }

  async #refreshPlace(agent: WatchedAgent): Promise<void> {
    try {
      agent.place = await readPlace(this.#options.server, agent.pane.id);
      this.#options.roster.save(agent);
    } catch (error) {
      if (!(error instanceof OrchestratorError)) throw error;
    }
  }

  /** The boundary behind which one agent's failure stays its own. */
  async #look(pane: PaneId): Promise<void> {
    const agent = this.#options.roster.find(pane);
    if (agent === undefined || this.#closed) return;
    this.counters.looks++;
    try {
      const stirred = this.#stirred.delete(pane);
      this.#options.ttys.arm(agent.pane.tty);
      const sighting = await this.#options.observer.look(agent, this.#options.server);
      if (this.#closed) return;
      if (sighting.replaced) this.#discoverAnew(pane);
      else this.#fold(agent, sighting, stirred);
    } catch (error) {
      if (!this.#closed) this.#noteFailure(agent, error);
    }
  }

  /** Another CLI was started where the known one left: the next round finds it, under its own name. */
  #discoverAnew(pane: PaneId): void {
    this.#options.roster.remove(pane);
    this.#unsettled.add(pane);
  }

  #fold(agent: WatchedAgent, sighting: Sighting, stirred: boolean): void {
    const { settleMs, clock, timeZone, roster } = this.#options;
    const reading = { verdict: sighting.verdict, moved: sighting.moved, stirred, now: clock.now() };
    const { stuckAfterMs } = agent.profile;
    const folded = foldReading(agent.fold, reading, { settleMs, stuckAfterMs });
    const resetBefore = agent.fold.resetText;
    agent.fold = folded.fold;
    if (folded.fold.resetText !== resetBefore) agent.resetAt = readResetInstant(agent.fold, timeZone);
    const recovered = agent.failure !== null;
    agent.failure = null;
    const dialog = sighting.dialog && sealDialog(sighting.dialog, dialogSeed(agent));
    const dialogChanged = agent.dialog?.id !== dialog?.id;
    agent.dialog = dialog;
    if (folded.changedFrom !== null) {
      agent.title = sighting.title;
      roster.announce(agent, folded.changedFrom);
      void this.#refreshPlace(agent);
    } else if (recovered || dialogChanged || folded.fold.resetText !== resetBefore) roster.save(agent);
    if (sighting.identityChanged) roster.noteIdentity(agent);
    if (folded.lookAgainMs !== null) this.#queue.request(agent.pane.id, folded.lookAgainMs);
  }

  #noteFailure(agent: WatchedAgent, error: unknown): void {
    const code = error instanceof OrchestratorError ? error.code : undefined;
    this.#unsettled.add(agent.pane.id);
    if (code === 'NOT_FOUND' || code === 'TMUX_GONE' || code === 'TMUX_TIMEOUT') return;
    this.counters.failures++;
    const reason = messageOf(error);
    if (agent.failure === reason) return;
    agent.failure = reason;
    this.#options.roster.save(agent);
    this.#options.emit({ type: 'agent.watch-failed', ...identify(agent), reason });
  }

  /** What time alone can change: a busy agent that stands still, a start that takes too long, a process that stopped in silence. */
  #audit(): void {
    const { roster, clock, observer } = this.#options;
    const now = clock.now();
    let i = this.counters.ticks % AUDIT_TICKS;
    for (const agent of roster.agents) {
      const { fold, profile, pane } = agent;
      const still = fold.state === 'busy' && now - fold.movedAt >= profile.stuckAfterMs;
      const turn = i++ % AUDIT_TICKS === 0 && !observer.isAsBefore(agent);
      if (still || turn || fold.state === 'starting') this.#queue.request(pane.id);
    }
  }
}

/** Pane ids start anew with every server, process ids come round: only all together say that this is the same pane. */
function knownBefore(line: PaneLine, before: ReadonlyMap<string, Agent>): Agent | undefined {
  const agent = before.get(line.id);
  return agent?.panePid === line.pid ? agent : undefined;
}
