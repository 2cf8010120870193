import type { Agent } from '../model/agent.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { NewEvent } from '../model/event.ts';
import { firstFold } from '../model/fold.ts';
import type { Profile } from '../model/profile.ts';
import type { PanePlace } from '../tmux/look.ts';
import type { PaneLine } from '../tmux/pane-list.ts';
import type { PaneId } from '../tmux/quoting.ts';
import { AgentDescriptions } from './agent-descriptions.ts';
import type { Fleet } from './fleet.ts';
import { type AgentProcessId, describeAbsent, describeReset, type WatchedAgent } from './watched-agent.ts';

interface RosterOptions {
  worker: Agent['worker'];
  fleet: Fleet;
  emit(event: NewEvent): void;
  files: {
    writeAgent(agent: Agent): void;
    removeAgent(name: string): void;
    keepOnly(names: ReadonlySet<string>): void;
  };
}

interface Newcomer {
  profile: Profile;
  pane: PaneLine;
  place: PanePlace;
  process: AgentProcessId | null;
  nativeDirectory: string | null;
  now: number;
  /** What its file said, where it was known to the worker before us. */
  before?: Agent | undefined;
}

/** All agents that are known now, by pane; keeps their files and tells of their coming, changing and going. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #byPane = new Map<PaneId, WatchedAgent>();
  readonly #descriptions = new AgentDescriptions();
  #server = { pid: 0, startTime: 0 };

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byPane.size;
  }

  get agents(): Iterable<WatchedAgent> {
    return this.#byPane.values();
  }

  find(pane: PaneId): WatchedAgent | undefined {
    return this.#byPane.get(pane);
  }

  findByName(name: string): WatchedAgent | undefined {
    for (const agent of this.#byPane.values()) if (agent.name === name) return agent;
    return undefined;
  }

  /** Every agent as its file shows it, those without a pane too. */
  describeAll(): Agent[] {
    const seen = [...this.#byPane.values()];
    const names = new Set(seen.map((agent) => agent.name));
    const absent = this.#options.fleet.list().filter((spec) => !names.has(spec.name));
    return [
      ...seen.map((agent) => this.#describe(agent)),
      ...absent.map((spec) => this.#describeAbsent(spec)),
    ];
  }

  /** One agent as its file shows it. */
  describe(name: string): Agent | undefined {
    const agent = this.findByName(name);
    if (agent !== undefined) return this.#describe(agent);
    const spec = this.#options.fleet.find(name);
    return spec && this.#describeAbsent(spec);
  }

  /** From now on agents belong to this server. */
  setServer(server: { pid: number; startTime: number }): void {
    this.#server = server;
  }

  /** What we started or adopted in this pane, if anything: by our files, for the pane of this very server. */
  findSpec(pane: PaneId): AgentSpec | undefined {
    return this.#options.fleet.findByPane(pane, this.#server);
  }

  add(newcomer: Newcomer): WatchedAgent {
    const { pane, before, now } = newcomer;
    const agent: WatchedAgent = {
      ...newcomer,
      ...this.#nameAgent(newcomer),
      native: null,
      fold: before === undefined ? firstFold(now) : resumeFold(before, now),
      last: null,
      title: before?.title ?? '',
      resetAt: before?.reset?.at ? Date.parse(before.reset.at) : null,
      foundAt: before === undefined ? now : Date.parse(before.foundAt),
      failure: null,
      dialog: before?.dialog ?? null,
      launchedAt: newcomer.process === null ? this.#readLaunch(pane.id, now) : null,
    };
    this.#byPane.set(pane.id, agent);
    this.save(agent);
    if (before === undefined) this.#options.emit({ type: 'agent.found', ...identify(agent) });
    return agent;
  }

  /** When we started it there; a start that is under way counts as now. */
  #readLaunch(pane: PaneId, now: number): number | null {
    const spec = this.findSpec(pane);
    if (spec?.phase === 'starting') return now;
    return spec?.startedAt ? Date.parse(spec.startedAt) : null;
  }

  /**
   * Managed is what our files say about this pane and the pane's own tag confirms: pane ids are used again, and anybody can set a tag.
   * Any other has a name that lasts as long as the server.
   */
  #nameAgent({ profile, pane, place }: Newcomer): Pick<WatchedAgent, 'name' | 'management'> {
    const spec = this.findSpec(pane.id);
    if (spec !== undefined && spec.name === place.tag) return { name: spec.name, management: 'managed' };
    return { name: this.#freeName(`${profile.name}-${pane.id.slice(1)}`), management: 'observed' };
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.isTaken(name); i++) name = `${wanted}-${i}`;
    return name;
  }

  isTaken(name: string): boolean {
    return this.#options.fleet.find(name) !== undefined || this.findByName(name) !== undefined;
  }

  /** Gives an agent another name or management; what our files say must have been changed before. */
  renew(agent: WatchedAgent, change: Partial<Pick<WatchedAgent, 'name' | 'management'>>): void {
    const before = agent.name;
    if (change.management === 'observed') {
      change.name ??= this.#freeName(`${agent.profile.name}-${agent.pane.id.slice(1)}`);
    }
    Object.assign(agent, change);
    if (agent.name !== before) this.#options.files.removeAgent(before);
    this.save(agent);
  }

  /** An agent that went while somebody waited for tmux gets no file any more. */
  save(agent: WatchedAgent): void {
    if (this.#byPane.get(agent.pane.id) !== agent) return;
    this.#options.files.writeAgent(this.#describe(agent));
  }

  /** Writes the file of a managed agent anew, or removes it where it is managed no longer. */
  refresh(name: string): void {
    const described = this.describe(name);
    if (described === undefined) this.#options.files.removeAgent(name);
    else this.#options.files.writeAgent(described);
  }

  /** Saves an agent whose state has changed and tells it. */
  announce(agent: WatchedAgent, from: WatchedAgent['fold']['state']): void {
    this.save(agent);
    const { state, evidence } = agent.fold;
    const change = { from, to: state, evidence, reset: describeReset(agent) };
    this.#options.emit({ type: 'agent.state', ...identify(agent), ...change });
  }

  /** The process or the conversation of an agent is another: what is needed to bring it back is written down. */
  noteIdentity(agent: WatchedAgent): void {
    if (agent.management === 'managed') {
      const { process, native } = agent;
      const spec = this.#options.fleet.get(agent.name);
      this.#options.fleet.update(agent.name, {
        process: process === null ? spec.process : { pid: process.pid, startTime: process.startTime },
        cliSession: native?.sessionId ?? spec.cliSession,
      });
    }
    this.save(agent);
  }

  remove(pane: PaneId): void {
    const agent = this.#byPane.get(pane);
    if (agent === undefined) return;
    this.#byPane.delete(pane);
    this.refresh(agent.name);
    this.#options.emit({ type: 'agent.gone', ...identify(agent), last: agent.fold.state });
  }

  /** The server is gone with everything on it: one event of its own, not one for each agent. */
  clear(): void {
    const names = [...this.#byPane.values()].map((agent) => agent.name);
    this.#byPane.clear();
    for (const name of names) this.refresh(name);
  }

  /** Removes the files of agents that are not there any more, and writes those of managed ones that have no pane. */
  sweep(): void {
    const all = this.describeAll();
    this.#options.files.keepOnly(new Set(all.map((agent) => agent.name)));
    for (const agent of all) if (agent.pane === null) this.#options.files.writeAgent(agent);
  }

  #describe(agent: WatchedAgent): Agent {
    const { worker, fleet } = this.#options;
    const spec = agent.management === 'managed' ? fleet.find(agent.name) : undefined;
    const restartAt = spec === undefined ? null : fleet.restartAt(agent.name);
    return this.#descriptions.of(agent, { server: this.#server, worker }, { spec, restartAt });
  }

  #describeAbsent(spec: AgentSpec): Agent {
    return describeAbsent(spec, this.#options.worker, this.#options.fleet.restartAt(spec.name));
  }
}

export function identify(agent: WatchedAgent) {
  return { agent: agent.name, profile: agent.profile.name, pane: agent.pane.id };
}

/** Goes on where an earlier worker stopped, so that nothing is told twice. */
function resumeFold(before: Agent, now: number): WatchedAgent['fold'] {
  return {
    state: before.state,
    since: Date.parse(before.since),
    evidence: before.evidence,
    resetText: before.reset?.text ?? null,
    movedAt: now,
    pending: null,
  };
}
