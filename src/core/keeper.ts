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
import { closePane } from '../tmux/pane-end.ts';
import { adoptAgent, findAdoptable, releaseAgent } from './adoption.ts';
import type { Ground } from './ground.ts';
import { holdAgent } from './hold.ts';
import { interruptAgent } from './interruption.ts';
import type { Launcher } from './launcher.ts';
import { checkReachable, confirmPane, findManaged } from './managed.ts';
import { renameAgent } from './renaming.ts';
import { checkFreeName, composeSpec, type SpawnRequest, StartRate } from './spawn-order.ts';
import { waitForState } from './state-wait.ts';
import { endForGood, endForRestart } from './stopper.ts';

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
    const role = this.#findRole(request.role, request.project ?? request.directory);
    const spec = composeSpec(this.#ground, request, { role, by });
    const plan = this.#options.launcher.check(spec);
    const { startsPerMinuteMax } = this.#ground.settings().config.agents;
    return this.#reserve(name, async () => {
      this.#rate.take(this.#ground.clock.now(), startsPerMinuteMax);
      this.#ground.fleet.put({ ...spec, directory: plan.directory });
      try {
        const { launcher } = this.#options;
        const options = { fresh: true, restart: false, newWindow: true };
        await launcher.inHand(name, () => launcher.startInHand(name, options));
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
    const role = this.#findRole(wanted, agent.place.directory);
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

  stop(name: string, options: { force: boolean; timeoutMs: number }): Promise<void> {
    return this.#options.launcher.inHand(name, () => this.#stop(name, options));
  }

  async #stop(name: string, options: { force: boolean; timeoutMs: number }): Promise<void> {
    const { ground, processes, mail } = this.#options;
    const { phase, profile } = ground.fleet.get(name);
    checkReachable(ground, name, processes);
    ground.fleet.update(name, { phase: 'stopping' });
    try {
      await endForGood({ ground, processes }, name, options);
    } catch (error) {
      ground.fleet.update(name, { phase });
      throw error;
    }
    await this.#forget(name);
    mail.failAll(name, 'the agent was stopped');
    ground.emit({ type: 'agent.unmanaged', agent: name, profile, how: 'stopped' });
  }

  /** Ends it and starts it again, in its pane. Ends a hold too. */
  restart(name: string, options: { fresh: boolean }): Promise<Agent> {
    return this.#options.launcher.inHand(name, () => this.#restart(name, options));
  }

  async #restart(name: string, { fresh }: { fresh: boolean }): Promise<Agent> {
    const { ground, launcher, processes, evidence } = this.#options;
    launcher.check(ground.fleet.get(name));
    checkReachable(ground, name, processes);
    ground.fleet.update(name, { phase: 'starting', held: null, restarts: [], attempt: 0 });
    ground.fleet.planRestart(name, null);
    await this.#holdOnFailure(name, async () => {
      if (findManaged(ground, name) !== undefined) await evidence.keep(name);
      await endForRestart({ ground, processes }, name);
      await launcher.startInHand(name, { fresh, restart: false });
    });
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
  resume(name: string): Promise<Agent> {
    return this.#options.launcher.inHand(name, async () => {
      const { fleet, roster } = this.#ground;
      const { profile, paused, held } = fleet.get(name);
      if (paused === null && held === null) return this.get(name);
      fleet.update(name, { paused: null, held: null, restarts: [], attempt: 0 });
      roster.refresh(name);
      this.#ground.emit({ type: 'agent.resumed', agent: name, profile });
      if (hasEnded(this.get(name).state)) await this.#startAgain(name);
      return this.get(name);
    });
  }

  #startAgain(name: string): Promise<void> {
    const { ground, processes, launcher } = this.#options;
    checkReachable(ground, name, processes);
    return this.#holdOnFailure(name, () => launcher.startInHand(name, { fresh: false, restart: false }));
  }

  async rename(name: string, to: string): Promise<Agent> {
    const { ground, launcher, mail, evidence } = this.#options;
    const { profile } = ground.fleet.get(name);
    checkFreeName(ground, to);
    return this.#reserve(to, () =>
      launcher.inHand(name, async () => {
        await renameAgent(ground, name, to);
        mail.rename(name, to);
        evidence.rename(name, to);
        ground.emit({ type: 'agent.renamed', agent: to, profile, from: name });
        return this.get(to);
      }),
    );
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

  #findRole(name: string | undefined, project: string): Role | undefined {
    if (name === undefined) return undefined;
    try {
      return this.#options.findRole(name, project);
    } catch (error) {
      if (!(error instanceof OrchestratorError) || error.code !== 'NOT_FOUND') throw error;
      throw new OrchestratorError('NOT_FOUND', error.message, { field: 'role', hint: error.hint });
    }
  }

  #tell({ name, profile }: AgentSpec, how: 'spawned' | 'adopted'): void {
    this.#ground.emit({ type: 'agent.managed', agent: name, profile, how });
  }

  /** One that could not be started waits for a person. */
  async #holdOnFailure(name: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof OrchestratorError && this.#ground.fleet.find(name) !== undefined) {
        holdAgent(
          this.#ground,
          name,
          error.code === 'CONFLICT' ? 'leftover' : 'not-startable',
          error.message,
        );
      }
      throw error;
    }
  }

  /** Closes what is left of its pane and removes its file; where the server is gone, only that. */
  async #forget(name: string): Promise<void> {
    const { fleet, roster } = this.#ground;
    try {
      const own = await confirmPane(this.#ground, name);
      if (own !== undefined) await closePane(this.#ground.server(), own.id);
    } catch (error) {
      if (!(error instanceof OrchestratorError)) throw error;
    }
    fleet.remove(name);
    await this.#ground.refresh().catch(() => undefined);
    roster.refresh(name);
  }
}

function nameInUse(name: string): OrchestratorError {
  return new OrchestratorError('CONFLICT', `somebody else is using the name ${name} this moment`, {
    field: 'name',
    hint: 'choose another name, or try again',
  });
}
