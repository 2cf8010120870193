import { createHash, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { readBootId } from '../host/boot-id.ts';
import type { ProcessTable } from '../host/processes.ts';
import { launchTmuxServer } from '../host/server-launch.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { TMUX_VARIABLES } from '../model/environment.ts';
import type { Event } from '../model/event.ts';
import { composeStart, type StartWords } from '../model/start-words.ts';
import { harmless } from '../tmux/look.ts';
import { HOLDER, keepWindowName, openPane, readTag, startInPane, tagPane } from '../tmux/pane-start.ts';
import { command, type PaneId, readPaneId } from '../tmux/quoting.ts';
import type { TmuxServer } from '../tmux/server.ts';
import { findSession, listVariableNames, listWindowNames } from '../tmux/sessions.ts';
import type { Ground } from './ground.ts';
import { type LaunchPlan, planLaunch } from './launch-plan.ts';
import { clearLeftovers } from './leftover-check.ts';

export interface LauncherOptions {
  ground: Ground;
  processes: ProcessTable;
  /** The service's own environment. */
  env: NodeJS.ProcessEnv;
  uid: number;
  /** Puts the brief of a new conversation into its mailbox. */
  brief(name: string, text: string): void;
}

export interface StartOptions {
  /** Begin a new conversation, even where the last one can be resumed. */
  fresh: boolean;
  /** Brought back after a crash. */
  restart: boolean;
  /** Its window must be a new one: another of that name in its session is a conflict. */
  newWindow?: boolean;
}

const SERVER_TIMEOUT_MS = 15_000;
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
  /** Opening panes goes one after the other: two would make one session twice. */
  #opening: Promise<unknown> = Promise.resolve();
  /** Agents whose last start took up a conversation that has not shown itself since: the next start begins a new one. */
  readonly #unproven = new Set<string>();
  readonly #inHand = new Map<string, number>();

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** Whether a start is under way, or somebody has one in hand. */
  isBusyWith(name: string): boolean {
    return this.#inHand.has(name);
  }

  /** Nobody else starts the agent while `action` runs. */
  async inHand<T>(name: string, action: () => Promise<T>): Promise<T> {
    this.#inHand.set(name, (this.#inHand.get(name) ?? 0) + 1);
    try {
      return await action();
    } finally {
      const left = (this.#inHand.get(name) ?? 1) - 1;
      if (left > 0) this.#inHand.set(name, left);
      else this.#inHand.delete(name);
    }
  }

  /** To be called with every event. */
  note(event: Event): void {
    if (event.type === 'agent.state' && READY.has(event.to)) this.#unproven.delete(event.agent);
  }

  /** Throws before anything is touched where it cannot be started: see `planLaunch`. */
  check(spec: AgentSpec): LaunchPlan {
    return planLaunch(this.#options.ground, spec, this.#options);
  }

  /**
   * Starts an agent as its spec says, in its own pane or, where that is gone, in a new one of the same session and window. Throws `INVALID`,
   * `NOT_FOUND`, `CONFLICT`, `REFUSED` (field and next step), `TMUX*`.
   */
  start(name: string, options: StartOptions): Promise<void> {
    return this.inHand(name, async () => {
      const { ground } = this.#options;
      const plan = this.check(ground.fleet.get(name));
      ground.fleet.update(name, { phase: 'starting' });
      const pane = await this.#providePane(name, plan, options);
      await ground.turns.take(pane, () => this.#launch(name, pane, { plan, options }));
    });
  }

  async #launch(
    name: string,
    pane: PaneId,
    { plan, options }: { plan: LaunchPlan; options: StartOptions },
  ): Promise<void> {
    const { ground, processes } = this.#options;
    const server = ground.server();
    const spec = ground.fleet.get(name);
    const fresh = options.fresh || this.#unproven.has(name);
    const resume = fresh ? null : spec.cliSession;
    await clearLeftovers({
      spec,
      profile: plan.profile,
      resumes: resume !== null,
      processes,
      clock: ground.clock,
    });
    const { sessionId, tag } = await readTag(server, pane);
    if (tag !== name) throw notOurs(name, pane);
    const words = composeStart(plan.start, {
      resume,
      fresh: randomUUID(),
      roleArgs: spec.roleArgs,
      args: spec.args,
    });
    const inherited = await listVariableNames(server, sessionId);
    const unset = inherited.filter((one) => !(one in plan.env) && !TMUX_VARIABLES.includes(one));
    this.#noteLaunch(pane);
    await startInPane(server, pane, {
      words: [...plan.program, ...words.words],
      ...{ directory: plan.directory, env: plan.env, unset },
    });
    this.#noteStart(name, words, options);
    this.#noteLaunch(pane);
    await ground.refresh();
    ground.request(pane);
  }

  /** Until its process shows, the agent is taken for starting. */
  #noteLaunch(pane: PaneId): void {
    const { ground } = this.#options;
    const agent = ground.roster.find(pane);
    if (agent !== undefined) agent.launchedAt = ground.clock.now();
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
    ground.emit({
      type: 'agent.started',
      agent: name,
      profile: spec.profile,
      how: resumed ? 'resumed' : 'new',
      restart,
    });
    if (!resumed && spec.brief !== null) brief(name, spec.brief);
  }

  /** The pane of the agent: the one it has, or a new one that carries its name and is written down before anything runs in it. */
  #providePane(name: string, plan: LaunchPlan, options: StartOptions): Promise<PaneId> {
    const turn = this.#opening.then(() => this.#findOrOpen(name, plan, options));
    this.#opening = turn.catch(() => undefined);
    return turn;
  }

  async #findOrOpen(name: string, plan: LaunchPlan, options: StartOptions): Promise<PaneId> {
    const { ground } = this.#options;
    const spec = ground.fleet.get(name);
    const launched = await this.#ensureServer(spec, plan);
    const server = ground.server();
    const present = await this.#findPane(server, spec);
    if (present !== undefined) return present;
    const pane = launched ?? (await this.#openPane(server, spec, { plan, options }));
    await tagPane(server, pane, name);
    await keepWindowName(server, pane);
    const { pid, startTime } = server.identity;
    ground.fleet.update(name, { pane: { id: pane, server: { pid, startTime }, bootId: readBootId() } });
    await ground.refresh();
    return pane;
  }

  async #findPane(server: TmuxServer, { pane, name }: AgentSpec): Promise<PaneId | undefined> {
    const { pid, startTime } = server.identity;
    if (pane === null || pane.server.pid !== pid || pane.server.startTime !== startTime) return undefined;
    const id = readPaneId(pane.id);
    const tag = await readTag(server, id).catch((error: unknown) => {
      if (error instanceof OrchestratorError && (error.code === 'NOT_FOUND' || error.code === 'TMUX'))
        return undefined;
      throw error;
    });
    return tag?.tag === name ? id : undefined;
  }

  async #openPane(
    server: TmuxServer,
    spec: AgentSpec,
    { plan, options }: { plan: LaunchPlan; options: StartOptions },
  ): Promise<PaneId> {
    const { columns, rows } = this.#options.ground.settings().config.agents;
    const { session, window } = spec;
    const sessionId = await findSession(server, session);
    if (sessionId !== undefined && options.newWindow) {
      const names = await listWindowNames(server, sessionId);
      if (names.includes(window)) throw windowTaken(session, window);
    }
    return openPane(server, { session, sessionId, window, directory: plan.directory, columns, rows });
  }

  /** Where no server runs one is started, with this agent's session as its first; gives the pane of that. */
  async #ensureServer(spec: AgentSpec, plan: LaunchPlan): Promise<PaneId | undefined> {
    const { ground, env } = this.#options;
    try {
      ground.server();
      return undefined;
    } catch (error) {
      if (!(error instanceof OrchestratorError) || error.code !== 'TMUX_GONE') throw error;
    }
    const { program, address } = ground.tmux;
    const { columns, rows } = ground.settings().config.agents;
    const size = ['-x', `${columns}`, '-y', `${rows}`];
    const names = ['-s', spec.session, '-n', spec.window];
    const { TMUX_ORCHESTRATOR_AGENT: _, ...clean } = plan.env;
    await launchTmuxServer(
      {
        name: `${basename(address.path).replace(/[^A-Za-z0-9_-]/g, '_')}-${hash(address.path)}`,
        words: [program, ...address.arguments, 'new-session', '-d', ...size, ...names, '--', ...HOLDER],
        ...{ directory: plan.directory, env: clean },
      },
      env,
    );
    const server = await ground.awaitServer(SERVER_TIMEOUT_MS);
    return findHolder(server, spec);
  }
}

/** The holder of a session that we have just made; nothing where somebody else's server came first. */
async function findHolder(server: TmuxServer, { session, window }: AgentSpec): Promise<PaneId | undefined> {
  const id = await findSession(server, session);
  if (id === undefined) return undefined;
  const format = `#{pane_id} #{==:#{pane_start_command},${HOLDER.join(' ')}} ${harmless('window_name')}`;
  const [lines = []] = await server.run([command('list-panes', '-s', '-t', id, '-F', format)]);
  const line = lines.find((one) => one.endsWith(` 1 ${window}`));
  return line === undefined ? undefined : readPaneId(line.split(' ')[0] ?? '');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function windowTaken(session: string, window: string): OrchestratorError {
  return new OrchestratorError('CONFLICT', `session ${session} has a window called ${window} already`, {
    field: 'window',
    hint: 'choose another with --window, or another session with --session',
  });
}

function notOurs(name: string, pane: PaneId): OrchestratorError {
  return new OrchestratorError('REFUSED', `pane ${pane} does not carry the name of ${name} any more`, {
    field: 'name',
    hint: `somebody changed its tag; take it over with: tmux-orchestrator agent adopt ${pane} NAME`,
  });
}
