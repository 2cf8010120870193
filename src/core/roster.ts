import type { Agent } from '../model/agent.ts';
import type { NewEvent } from '../model/event.ts';
import { firstFold } from '../model/fold.ts';
import type { Profile } from '../model/profile.ts';
import type { PanePlace } from '../tmux/look.ts';
import type { PaneLine } from '../tmux/pane-list.ts';
import type { PaneId } from '../tmux/quoting.ts';
import { type AgentProcessId, describeAgent, describeReset, type WatchedAgent } from './watched-agent.ts';

const AGENT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

interface RosterOptions {
  worker: Agent['worker'];
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
  #server: Agent['server'] = { pid: 0, startTime: 0 };

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

  /** From now on agents belong to this server. */
  setServer(server: Agent['server']): void {
    this.#server = server;
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
    };
    this.#byPane.set(pane.id, agent);
    this.save(agent);
    if (before === undefined) this.#options.emit({ type: 'agent.found', ...identify(agent) });
    return agent;
  }

  /** A pane that we started or adopted carries its agent's name, whatever became of our files. Any other has a name that lasts as long as the server. */
  #nameAgent({ profile, pane, place }: Newcomer): Pick<WatchedAgent, 'name' | 'management'> {
    const isFree = [...this.#byPane.values()].every((other) => other.name !== place.tag);
    if (AGENT_NAME.test(place.tag) && isFree) return { name: place.tag, management: 'managed' };
    return { name: `${profile.name}-${pane.id.slice(1)}`, management: 'observed' };
  }

  /** An agent that went while somebody waited for tmux gets no file any more. */
  save(agent: WatchedAgent): void {
    if (this.#byPane.get(agent.pane.id) !== agent) return;
    this.#options.files.writeAgent(
      describeAgent(agent, { server: this.#server, worker: this.#options.worker }),
    );
  }

  /** Saves an agent whose state has changed and tells it. */
  announce(agent: WatchedAgent, from: WatchedAgent['fold']['state']): void {
    this.save(agent);
    const { state, evidence } = agent.fold;
    const change = { from, to: state, evidence, reset: describeReset(agent) };
    this.#options.emit({ type: 'agent.state', ...identify(agent), ...change });
  }

  remove(pane: PaneId): void {
    const agent = this.#byPane.get(pane);
    if (agent === undefined) return;
    this.#byPane.delete(pane);
    this.#options.files.removeAgent(agent.name);
    this.#options.emit({ type: 'agent.gone', ...identify(agent), last: agent.fold.state });
  }

  /** The server is gone with everything on it: one event of its own, not one for each agent. */
  clear(): void {
    for (const agent of this.#byPane.values()) this.#options.files.removeAgent(agent.name);
    this.#byPane.clear();
  }

  /** Removes the files of agents that are not there any more. */
  sweep(): void {
    this.#options.files.keepOnly(new Set([...this.#byPane.values()].map((agent) => agent.name)));
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
