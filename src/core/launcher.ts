import { randomUUID } from 'node:crypto';
import { OrchestratorError } from '../base/errors.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { TMUX_VARIABLES } from '../model/environment.ts';
import type { Event } from '../model/event.ts';
import { composeStart, type StartWords } from '../model/start-words.ts';
import { startInPane } from '../tmux/pane-start.ts';
import type { PaneId } from '../tmux/quoting.ts';
import { listVariableNames } from '../tmux/sessions.ts';
import type { Ground } from './ground.ts';
import { type LaunchPlan, planLaunch } from './launch-plan.ts';
import { clearLeftovers } from './leftover-check.ts';
import { confirmPane, isLookedAfter } from './managed.ts';
import { PaneProvider } from './pane-provider.ts';
import { Turns } from './pane-turns.ts';

export interface LauncherOptions {
  ground: Ground;
  processes: ProcessTable;
  /** The service's own environment. */
  env: NodeJS.ProcessEnv;
  uid: number;
  /** Puts the brief of a new conversation into its mailbox. */
  brief(name: string, text: string): void;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
}

export interface StartOptions {
  /** Begin a new conversation, even where the last one can be resumed. */
  fresh: boolean;
  /** Brought back after a crash. */
  restart: boolean;
  /** Its window must be a new one: another of that name in its session is a conflict. */
  newWindow?: boolean;
}

/** States in which a conversation that was resumed has proved to be there. */
const READY: ReadonlySet<string> = new Set([
  'idle',
  'draft',
  'busy',
  'approval',
  'question',
  'limited',
  'compacting',
]);

/** The one way in which agents are started: a pane that is ours, nothing left of an earlier copy, and then the CLI as the pane's own process. */
export class Launcher {
  readonly #options: LauncherOptions;
  readonly #panes: PaneProvider;
  readonly #hands = new Turns<string>();
  /** Agents whose last start took up a conversation that has not shown itself since: the next start begins a new one. */
  readonly #unproven = new Set<string>();

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.#panes = new PaneProvider(options.ground, options.env);
  }

  /** Mends what a worker left that was killed in the middle of a start. Before anybody starts anything. */
  async open(): Promise<void> {
    await this.#panes.mend().catch((error: unknown) => {
      if (!(error instanceof OrchestratorError)) throw error;
    });
  }

  /** To be called with every event. */
  note(event: Event): void {
    if (event.type === 'agent.state' && READY.has(event.to)) this.#unproven.delete(event.agent);
    if (event.type === 'server.connected') void this.open().catch(this.#options.onFatal);
  }

  /** Whether somebody starts or ends the agent, or is about to. */
  isBusyWith(name: string): boolean {
    return this.#hands.isTaken(name);
  }

  /** One at a time for each agent: nobody else starts, ends or renames it while `action` runs. */
  inHand<T>(name: string, action: () => Promise<T>): Promise<T> {
    return this.#hands.take(name, action);
  }

  /** Throws before anything is touched where it cannot be started: see `planLaunch`. */
  check(spec: AgentSpec): LaunchPlan {
    return planLaunch(this.#options.ground, spec, this.#options);
  }

  /**
   * Brings an agent back, unless somebody else has started it by the time it is its turn, or hands are off it by then. Throws what
   * `startInHand` throws.
   */
  start(name: string, options: StartOptions): Promise<void> {
    const { fleet } = this.#options.ground;
    const before = fleet.get(name).startedAt;
    return this.inHand(name, async () => {
      const spec = fleet.get(name);
      const wanted = spec.startedAt === before && spec.phase !== 'stopping' && isLookedAfter(spec);
      if (wanted) await this.startInHand(name, options);
    });
  }

  /**
   * Starts an agent as its spec says, in its own pane or, where that is gone, in a new one of the same session and window. For who has it
   * in hand. Throws `INVALID`, `NOT_FOUND`, `CONFLICT`, `REFUSED` (field and next step), `TMUX*`.
   */
  async startInHand(name: string, options: StartOptions): Promise<void> {
    const { ground } = this.#options;
    const plan = this.check(ground.fleet.get(name));
    ground.fleet.update(name, { phase: 'starting' });
    const { directory } = plan;
    const pane = await this.#panes.provide(name, { directory, newWindow: options.newWindow ?? false });
    await ground.turns.take(pane, () => this.#launch(name, plan, options));
  }

  async #launch(name: string, plan: LaunchPlan, options: StartOptions): Promise<void> {
    const { ground, processes } = this.#options;
    const { tmux, clock } = ground;
    const server = ground.server();
    const spec = ground.fleet.get(name);
    const resume = options.fresh || this.#unproven.has(name) ? null : spec.cliSession;
    const { profile } = plan;
    await clearLeftovers({ spec, profile, resumes: resume !== null, processes, clock, tmux });
    const own = await confirmPane(ground, name);
    if (own === undefined) throw new OrchestratorError('TMUX', `the pane of ${name} has gone meanwhile`);
    const { roleArgs, args } = spec;
    const words = composeStart(plan.start, { resume, fresh: randomUUID(), roleArgs, args });
    const inherited = await listVariableNames(server, own.sessionId);
    const unset = inherited.filter((one) => !(one in plan.env) && !TMUX_VARIABLES.includes(one));
    this.#noteLaunch(own.id);
    await startInPane(server, own.id, {
      words: [...plan.program, ...words.words],
      ...{ directory: plan.directory, env: plan.env, unset },
    });
    this.#noteStart(name, words, options);
    this.#noteLaunch(own.id);
    await ground.refresh();
    ground.request(own.id);
  }

  /** What was seen in the pane before counts no more; until its process shows, the agent is taken for starting. */
  #noteLaunch(pane: PaneId): void {
    const { ground } = this.#options;
    const agent = ground.roster.find(pane);
    if (agent !== undefined) Object.assign(agent, { launchedAt: ground.clock.now(), last: null });
  }

  #noteStart(name: string, { session, resumed }: StartWords, { restart }: StartOptions): void {
    const { ground, brief } = this.#options;
    const startedAt = new Date(ground.clock.now()).toISOString();
    const spec = ground.fleet.update(name, {
      phase: 'running',
      startedAt,
      cliSession: session,
      process: null,
    });
    if (resumed) this.#unproven.add(name);
    else this.#unproven.delete(name);
    ground.roster.refresh(name);
    const how = resumed ? 'resumed' : 'new';
    ground.emit({ type: 'agent.started', agent: name, profile: spec.profile, how, restart });
    if (!resumed && spec.brief !== null) brief(name, spec.brief);
  }
}
