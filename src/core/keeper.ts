import { OrchestratorError } from '../base/errors.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { Agent } from '../model/agent.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Evidence } from '../model/ending.ts';
import type { Event } from '../model/event.ts';
import type { Sender } from '../model/message.ts';
import type { Role } from '../model/role.ts';
import { type AgentState, hasEnded } from '../model/state.ts';
import { lookAtPane } from '../tmux/look.ts';
import { readTag, renameWindow, tagPane } from '../tmux/pane-start.ts';
import { adoptAgent, findAdoptable, releaseAgent } from './adoption.ts';
import type { Ground } from './ground.ts';
import { interruptAgent } from './interruption.ts';
import type { Launcher } from './launcher.ts';
import { clearLeftovers, endGently } from './leftover-check.ts';
import { findManaged } from './managed.ts';
import { checkFreeName, composeSpec, type SpawnRequest, StartRate } from './spawn-order.ts';
import { waitForState } from './state-wait.ts';
import { endAgent } from './stopper.ts';

export interface KeeperOptions {
  ground: Ground;
  processes: ProcessTable;
  launcher: Launcher;
  /** Calls with every event until the returned function is called. */
  listen(listener: (event: Event) => void): () => void;
  /** A role whose commands and variables may be used; throws where they may not. */
  findRole(name: string, project: string): Role;
  evidence: {
    list(name: string): Evidence[];
    /** Keeps what is there before an agent is ended on purpose and started again. */
    keep(name: string): Promise<void>;
    rename(name: string, to: string): void;
  };
  mail: {
    brief(name: string, text: string): void;
    failAll(name: string, reason: string): void;
    rename(name: string, to: string): void;
  };
}

const END_TIMEOUT_MS = 3_000;

/** Everything that changes the set of agents. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #rate = new StartRate();
  /** Names that somebody is about to use. */
  readonly #reserved = new Set<string>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  list(): Agent[] {
    return this.#ground.roster.describeAll().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): Agent {
    const agent = this.#ground.roster.describe(name);
    if (agent !== undefined) return agent;
    throw new OrchestratorError('NOT_FOUND', `no agent is called ${JSON.stringify(name)}`, {
      field: 'name',
      hint: 'see all agents with: tmux-orchestrator agent list',
    });
  }

  /** Comes back when the CLI was started; it may not be ready yet. What failed leaves nothing behind. */
  async spawn(request: SpawnRequest, by: Sender): Promise<Agent> {
    const { name } = request;
    const role =
      request.role === undefined
        ? undefined
        : this.#options.findRole(request.role, request.project ?? request.directory);
    const spec = composeSpec(this.#ground, request, { role, by });
    const plan = this.#options.launcher.check(spec);
    const { startsPerMinuteMax } = this.#ground.settings().config.agents;
    return this.#reserve(name, async () => {
      this.#rate.take(this.#ground.clock.now(), startsPerMinuteMax);
      this.#ground.fleet.put({ ...spec, directory: plan.directory });
      try {
        await this.#options.launcher.start(name, { fresh: true, restart: false, newWindow: true });
      } catch (error) {
        await this.#forget(name);
        throw error;
      }
      this.#tell(spec, 'spawned');
      return this.get(name);
    });
  }

  /** Looks after an agent that runs already. */
  async adopt(
    pane: string,
    name: string,
    options: { args?: readonly string[]; role?: string | undefined },
  ): Promise<Agent> {
    const agent = findAdoptable(this.#ground, pane);
    checkFreeName(this.#ground, name);
    const { role: wanted, args = [] } = options;
    const role = wanted === undefined ? undefined : this.#options.findRole(wanted, agent.place.directory);
    return this.#reserve(name, async () => {
      const spec = await adoptAgent(this.#ground, agent, { name, args, role });
      this.#tell(spec, 'adopted');
      if (spec.brief !== null) this.#options.mail.brief(name, spec.brief);
      return this.get(name);
    });
  }

  /** It goes on; nobody looks after it any more. */
  async release(name: string): Promise<Agent> {
    const { profile } = this.#ground.fleet.get(name);
    const observedAs = await releaseAgent(this.#ground, name);
    this.#options.mail.failAll(name, 'the agent was released');
    this.#ground.emit({ type: 'agent.unmanaged', agent: name, profile, how: 'released' });
    return this.get(observedAs);
  }

  async stop(name: string, options: { force: boolean; timeoutMs: number }): Promise<void> {
    const ground = this.#ground;
    const spec = ground.fleet.update(name, { phase: 'stopping' });
    const agent = findManaged(ground, name);
    try {
      if (agent !== undefined) {
        const { processes } = this.#options;
        await ground.turns.take(agent.pane.id, () => endAgent({ ground, processes, agent }, options));
      }
    } catch (error) {
      if (ground.fleet.find(name) !== undefined)
        ground.fleet.update(name, { phase: spec.startedAt === null ? 'starting' : 'running' });
      throw error;
    }
    const profile = ground.profiles().find((one) => one.name === spec.profile);
    const { processes } = this.#options;
    if (profile !== undefined)
      await clearLeftovers({ spec, profile, resumes: true, processes, clock: ground.clock });
    await this.#forget(name);
    this.#options.mail.failAll(name, 'the agent was stopped');
    ground.emit({ type: 'agent.unmanaged', agent: name, profile: spec.profile, how: 'stopped' });
  }

  /** Ends it and starts it again, in its pane. Ends a hold too. */
  restart(name: string, options: { fresh: boolean }): Promise<Agent> {
    return this.#options.launcher.inHand(name, () => this.#restart(name, options));
  }

  async #restart(name: string, { fresh }: { fresh: boolean }): Promise<Agent> {
    const ground = this.#ground;
    const { launcher, processes, evidence } = this.#options;
    launcher.check(ground.fleet.get(name));
    ground.fleet.update(name, { phase: 'starting', held: null, restarts: [], attempt: 0 });
    ground.fleet.planRestart(name, null);
    const agent = findManaged(ground, name);
    if (agent !== undefined) {
      await evidence.keep(name);
      await ground.turns.take(agent.pane.id, async () => {
        const end = { processes, clock: ground.clock, timeoutMs: END_TIMEOUT_MS };
        if (agent.process !== null) await endGently(agent.process, end);
      });
    }
    await launcher.start(name, { fresh, restart: false });
    return this.get(name);
  }

  async interrupt(name: string): Promise<Agent> {
    await interruptAgent(this.#ground, name);
    return this.get(name);
  }

  async pause(name: string): Promise<Agent> {
    const { fleet, clock, roster } = this.#ground;
    const spec = fleet.get(name);
    if (spec.paused === null) {
      fleet.update(name, { paused: { since: new Date(clock.now()).toISOString() } });
      roster.refresh(name);
      this.#ground.emit({ type: 'agent.paused', agent: name, profile: spec.profile });
    }
    return this.get(name);
  }

  /** Ends pause and hold; one that does not run is started. */
  async resume(name: string): Promise<Agent> {
    const { fleet, roster } = this.#ground;
    const spec = fleet.get(name);
    if (spec.paused === null && spec.held === null) return this.get(name);
    fleet.update(name, { paused: null, held: null, restarts: [], attempt: 0 });
    roster.refresh(name);
    this.#ground.emit({ type: 'agent.resumed', agent: name, profile: spec.profile });
    if (hasEnded(this.get(name).state))
      await this.#options.launcher.start(name, { fresh: false, restart: false });
    return this.get(name);
  }

  async rename(name: string, to: string): Promise<Agent> {
    const ground = this.#ground;
    const spec = ground.fleet.get(name);
    checkFreeName(ground, to);
    return this.#reserve(to, async () => {
      const agent = findManaged(ground, name);
      const ownWindow = spec.origin === 'spawned' && spec.window === name;
      ground.fleet.rename(name, to, ownWindow ? { window: to } : {});
      if (agent !== undefined) {
        await tagPane(ground.server(), agent.pane.id, to);
        if (ownWindow) await renameWindow(ground.server(), agent.pane.id, to);
        agent.place = { ...agent.place, tag: to };
        ground.roster.renew(agent, { name: to });
      } else {
        ground.roster.refresh(name);
        ground.roster.refresh(to);
      }
      this.#options.mail.rename(name, to);
      this.#options.evidence.rename(name, to);
      ground.emit({ type: 'agent.renamed', agent: to, profile: spec.profile, from: name });
      return this.get(to);
    });
  }

  async read(name: string, { lines }: { lines?: number | undefined }): Promise<string> {
    const agent = this.#ground.roster.findByName(name);
    if (agent === undefined) {
      this.get(name);
      return '';
    }
    const { text } = await lookAtPane(this.#ground.server(), agent.pane.id);
    const rows = text.trimEnd().split('\n');
    return (lines === undefined ? rows : rows.slice(-lines)).join('\n');
  }

  evidence(name: string): Evidence[] {
    return this.#options.evidence.list(name);
  }

  wait(name: string, options: { states: readonly AgentState[]; timeoutMs: number; signal: AbortSignal }) {
    const { clock } = this.#ground;
    return waitForState({
      ...options,
      clock,
      listen: this.#options.listen,
      read: () => this.get(name),
      name,
    });
  }

  get #ground(): Ground {
    return this.#options.ground;
  }

  /** Nobody else gets the name meanwhile. */
  async #reserve<T>(name: string, action: () => Promise<T>): Promise<T> {
    if (this.#reserved.has(name)) throw nameInUse(name);
    this.#reserved.add(name);
    try {
      return await action();
    } finally {
      this.#reserved.delete(name);
    }
  }

  #tell({ name, profile }: AgentSpec, how: 'spawned' | 'adopted'): void {
    this.#ground.emit({ type: 'agent.managed', agent: name, profile, how });
  }

  /** Closes what is left of its pane and removes its file. */
  async #forget(name: string): Promise<void> {
    const { fleet, roster } = this.#ground;
    await this.#closeOwnPane(name);
    fleet.remove(name);
    await this.#ground.refresh();
    roster.refresh(name);
  }

  async #closeOwnPane(name: string): Promise<void> {
    const ground = this.#ground;
    const { pane } = ground.fleet.get(name);
    const agent = findManaged(ground, name);
    if (pane === null || agent === undefined) return;
    const { tag } = await readTag(ground.server(), agent.pane.id).catch(() => ({ tag: '' }));
    if (tag === name)
      await endAgent(
        { ground, processes: this.#options.processes, agent },
        { force: true, timeoutMs: END_TIMEOUT_MS },
      );
  }
}

function nameInUse(name: string): OrchestratorError {
  return new OrchestratorError('CONFLICT', `somebody else is using the name ${name} this moment`, {
    field: 'name',
    hint: 'choose another name, or try again',
  });
}
