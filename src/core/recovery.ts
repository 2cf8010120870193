import { OrchestratorError } from '../base/errors.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { AgentSpec, HoldCode } from '../model/agent-spec.ts';
import { describeEnding, type Ending, isTidy } from '../model/ending.ts';
import type { Event } from '../model/event.ts';
import { choosePolicy, decideRestart } from '../model/restart-decision.ts';
import { type AgentState, hasEnded, isStarted } from '../model/state.ts';
import { readAbsence } from './absence-reading.ts';
import type { EvidenceKeeper } from './evidence-keeper.ts';
import type { Ground } from './ground.ts';
import { holdAgent } from './hold.ts';
import type { StartOptions } from './launcher.ts';
import { cannotLogIn } from './login-check.ts';
import { findManaged, hasPane, isLookedAfter, runsAlready } from './managed.ts';
import { RestartPlans } from './restart-plans.ts';
import { StartQueue } from './start-queue.ts';

export interface RecoveryOptions {
  ground: Ground;
  processes: ProcessTable;
  launcher: { start(name: string, options: StartOptions): Promise<void>; isBusyWith(name: string): boolean };
  evidence: Pick<EvidenceKeeper, 'record'>;
  /** Ends what `agent stop` had begun. */
  finishStop(name: string): Promise<void>;
  /** From 0 to 1. */
  random(): number;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
}

const SERVERS_LOST_MAX = 3;
const SERVERS_LOST_WINDOW_MS = 600_000;
const SERVER_DELAY_MS = 1_000;
const RECONCILE_MS = 1_000;

/** Brings agents back that ended without anybody's wish: by their policy, in their panes, never two of one. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #queue: StartQueue;
  readonly #plans: RestartPlans;
  /** Agents whose end is being looked into. */
  readonly #handling = new Set<string>();
  #serversLost: number[] = [];
  #stopWatching = () => {};
  #closed = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    const { ground } = options;
    this.#plans = new RestartPlans(ground, (name) => this.#queue.add(name));
    this.#queue = new StartQueue({
      clock: ground.clock,
      startingMax: () => ground.settings().config.agents.startingMax,
      start: (name) => this.#start(name),
      timeoutMsOf: (name) => this.#startupMsOf(name),
    });
  }

  /** Takes up what an earlier worker left: what ended meanwhile is treated as if it had ended now. */
  async open(): Promise<void> {
    for (const spec of this.#ground.fleet.list()) {
      if (spec.phase === 'stopping')
        await this.#options.finishStop(spec.name).catch((error) => this.#expect(error));
    }
    this.#watchOver();
  }

  close(): void {
    this.#closed = true;
    this.#stopWatching();
    this.#queue.close();
    this.#plans.close();
  }

  /** To be called with every event. */
  note(event: Event): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'agent.state':
        this.#noteState(event.agent, event.to);
        break;
      case 'agent.gone':
        this.#ended(event.agent, { kind: 'vanished' });
        break;
      case 'agent.paused':
      case 'agent.unmanaged':
        this.#callOff(event.agent);
        break;
      case 'agent.renamed':
        this.#callOff(event.from);
        this.#reconcile();
        break;
      case 'agent.resumed':
        this.#reconcile();
        break;
      case 'server.lost':
        this.#noteServerLost();
        break;
      case 'server.connected':
        this.#run(this.#ground.refresh().then(() => this.#reconcile()));
        break;
    }
  }

  #noteState(name: string, state: AgentState): void {
    if (isStarted(state)) this.#queue.done(name);
    if (hasEnded(state)) this.#ended(name);
    if (state === 'error') this.#run(this.#checkLogin(name));
  }

  /** What ends while somebody has it in hand is told by no later event. */
  #watchOver(): void {
    this.#reconcile();
    this.#stopWatching = this.#ground.clock.after(RECONCILE_MS, () => this.#watchOver());
  }

  /** Every agent that should run and does not is brought back. */
  #reconcile(): void {
    const { fleet, roster } = this.#ground;
    for (const spec of fleet.list()) {
      if (!isLookedAfter(spec)) continue;
      const agent = findManaged(this.#ground, spec.name);
      if (agent !== undefined && spec.phase === 'running') {
        if (agent.last !== null && hasEnded(agent.last.verdict.state)) this.#ended(spec.name);
        continue;
      }
      if (spec.phase === 'starting' && !this.#isBusyWith(spec.name)) this.#queue.add(spec.name);
      else if (spec.phase === 'running' && roster.findByName(spec.name) === undefined)
        this.#takeUpAbsent(spec);
    }
  }

  #takeUpAbsent(spec: AgentSpec): void {
    const { name } = spec;
    if (this.#isBusyWith(name)) return;
    switch (readAbsence(this.#ground, spec, this.#options.processes)) {
      case 'rebooted':
        if (spec.restore) this.#queue.add(name);
        else this.#hold(name, 'reboot', 'the machine was started anew, and it was not to be restored');
        break;
      case 'vanished':
        this.#ended(name, { kind: 'vanished' });
        break;
      case 'server':
        this.#serverEnded(name);
        break;
    }
  }

  #isBusyWith(name: string): boolean {
    return this.#isInHand(name) || this.#queue.has(name);
  }

  #isInHand(name: string): boolean {
    return this.#plans.has(name) || this.#handling.has(name) || this.#options.launcher.isBusyWith(name);
  }

  #ended(name: string, known?: Ending): void {
    const spec = this.#ground.fleet.find(name);
    if (spec === undefined || spec.phase !== 'running' || !isLookedAfter(spec)) return;
    // Who waits to be started has not ended once more.
    if (this.#isInHand(name) || this.#queue.isWaiting(name)) return;
    this.#queue.done(name);
    this.#handling.add(name);
    this.#run(this.#handleEnd(spec, known).finally(() => this.#handling.delete(name)));
  }

  /** Evidence first, then the decision, which is on disk before anything is done. */
  async #handleEnd(spec: AgentSpec, known: Ending | undefined): Promise<void> {
    const { name } = spec;
    const { fleet, clock } = this.#ground;
    if (known?.kind === 'vanished' && (await hasPane(this.#ground, name))) return;
    const { ending, id } = await this.#options.evidence.record(name, known);
    const now = fleet.find(name);
    const same = now?.phase === 'running' && now.startedAt === spec.startedAt;
    if (now === undefined || !same || !isLookedAfter(now)) return;
    this.#ground.emit({
      type: 'agent.ended',
      agent: name,
      profile: spec.profile,
      ...{ how: describeEnding(ending), tidy: isTidy(ending) },
      evidence: id,
    });
    const decision = decideRestart({
      ending,
      policy: choosePolicy(this.#ground.settings().config.restart, now),
      restarts: now.restarts.map((at) => Date.parse(at)),
      attempt: now.attempt,
      startedAt: now.startedAt === null ? null : Date.parse(now.startedAt),
      now: clock.now(),
      random: this.#options.random(),
    });
    if (decision.do === 'hold') {
      this.#hold(name, decision.code, decision.reason);
      return;
    }
    const restarts = decision.restarts.map((at) => new Date(at).toISOString());
    fleet.update(name, { restarts, attempt: decision.attempt });
    this.#plans.add(name, decision);
  }

  /** Started only if it still should be. */
  async #start(name: string): Promise<void> {
    const { fleet, roster } = this.#ground;
    const { processes, launcher } = this.#options;
    fleet.planRestart(name, null);
    const spec = fleet.find(name);
    if (spec === undefined || !isLookedAfter(spec) || runsAlready(this.#ground, spec, processes)) {
      this.#queue.done(name);
      return;
    }
    try {
      await launcher.start(name, { fresh: false, restart: spec.startedAt !== null });
    } catch (error) {
      this.#queue.done(name);
      this.#noteFailure(name, error);
    }
    roster.refresh(name);
  }

  /** What tmux could not do is tried again like a crash; what is wrong with the agent itself waits for a person. */
  #noteFailure(name: string, error: unknown): void {
    if (!(error instanceof OrchestratorError)) {
      this.#options.onFatal(error);
      return;
    }
    const { fleet } = this.#ground;
    if (fleet.find(name) === undefined) return;
    if (error.code.startsWith('TMUX')) {
      fleet.update(name, { phase: 'running', pane: fleet.get(name).pane });
      this.#ended(name, { kind: 'unknown' });
      return;
    }
    fleet.update(name, { phase: 'running' });
    this.#hold(name, error.code === 'CONFLICT' ? 'leftover' : 'not-startable', error.message);
  }

  #noteServerLost(): void {
    const { clock, fleet } = this.#ground;
    const now = clock.now();
    this.#serversLost = [...this.#serversLost.filter((at) => at > now - SERVERS_LOST_WINDOW_MS), now];
    const lost = fleet.list().filter((spec) => isLookedAfter(spec) && spec.phase === 'running');
    for (const { name } of lost) this.#serverEnded(name);
  }

  /** One cause for all of them: it does not count against any. */
  #serverEnded(name: string): void {
    if (this.#isBusyWith(name)) return;
    if (this.#serversLost.length >= SERVERS_LOST_MAX) {
      this.#hold(name, 'server-loop', `the tmux server ended ${SERVERS_LOST_MAX} times within 10 min`);
      return;
    }
    this.#handling.add(name);
    const work = this.#options.evidence.record(name, { kind: 'server' });
    this.#run(work.finally(() => this.#handling.delete(name)).then(() => this.#planAfterLoss(name)));
  }

  #planAfterLoss(name: string): void {
    const spec = this.#ground.fleet.find(name);
    if (spec === undefined || !isLookedAfter(spec)) return;
    this.#plans.add(name, { delayMs: SERVER_DELAY_MS, attempt: spec.attempt });
  }

  /** An agent that cannot log in would only fail again. */
  async #checkLogin(name: string): Promise<void> {
    const spec = this.#ground.fleet.find(name);
    if (spec?.held !== null || !(await cannotLogIn(this.#ground, name))) return;
    this.#hold(name, 'authentication', 'it cannot log in: its CLI says so');
  }

  #hold(name: string, code: HoldCode, reason: string): void {
    this.#callOff(name);
    holdAgent(this.#ground, name, code, reason);
  }

  #callOff(name: string): void {
    this.#plans.callOff(name);
    this.#queue.done(name);
  }

  #startupMsOf(name: string): number {
    const spec = this.#ground.fleet.find(name);
    return this.#ground.profiles().find((one) => one.name === spec?.profile)?.startupMs ?? 30_000;
  }

  get #ground(): Ground {
    return this.#options.ground;
  }

  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#expect(error));
  }

  /** A server that goes in the middle of something is told of by its own event. */
  #expect(error: unknown): void {
    if (!(error instanceof OrchestratorError)) this.#options.onFatal(error);
  }
}
