import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EventBus } from '../../src/core/event-bus.ts';
import { Fleet } from '../../src/core/fleet.ts';
import type { Ground } from '../../src/core/ground.ts';
import { Turns } from '../../src/core/pane-turns.ts';
import { Recovery, type RecoveryOptions } from '../../src/core/recovery.ts';
import { readBootId } from '../../src/host/boot-id.ts';
import type { ProcessTable } from '../../src/host/processes.ts';
import type { AgentState } from '../../src/model/state.ts';
import { AgentSpecFiles } from '../../src/store/agent-spec-files.ts';
import { loadConfig } from '../../src/store/config-file.ts';
import { ensurePrivateDirectory } from '../../src/store/directories.ts';
import { agentSpec } from '../helpers/agent-spec.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { seeded } from '../helpers/seeded.ts';

const AGENTS = 20;
const KILLS = 1_000;
const SERVER = { pid: 100, startTime: 1, version: '3.3a' };
const MINUTE_MS = 60_000;
/** Longer than it takes until a restart is planned, or carried out, of twenty at once. */
const IDLE_MAX_MS = 90_000;

/** What stands for an agent's pane: at most one process, and what the watch has seen of it. */
interface Body {
  pid: number | null;
  seen: AgentState;
}

type Launcher = RecoveryOptions['launcher'];
interface HandLauncher extends Launcher {
  startByHand(name: string): Promise<void>;
}

/** A world of panes and processes in which the real recovery works on real files under a clock of ours. */
class World {
  readonly clock = new FakeClock();
  readonly random: () => number;
  readonly bodies = new Map<string, Body>();
  readonly starts = new Map<string, number[]>();
  readonly recorded = new Map<string, number>();
  readonly deaths = new Map<string, number>();
  readonly faults: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'tmo-simulation-'));
  #pids = 1_000;
  #bus = new EventBus(this.clock);
  #recovery: Recovery | undefined;
  #fleet: Fleet | undefined;
  /** Of the worker that runs; a start of an earlier one ends nowhere. */
  #generation = 0;
  #launcher: HandLauncher | undefined;
  /** Since when nothing has run in a pane although it should, while a worker did. */
  readonly #idleSince = new Map<string, number>();

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  get fleet(): Fleet {
    if (this.#fleet === undefined) throw new Error('no worker runs');
    return this.#fleet;
  }

  /** A worker starts and takes up what the files say. */
  async startWorker(): Promise<void> {
    const uid = process.getuid?.() ?? 0;
    ensurePrivateDirectory(this.folder, uid);
    this.#generation++;
    this.#bus = new EventBus(this.clock);
    const fleet = new Fleet(new AgentSpecFiles(this.folder, uid));
    this.#fleet = fleet;
    this.#launcher = this.#openLauncher(fleet);
    const recovery = new Recovery({
      ground: this.#ground(fleet),
      processes: this.#processes,
      launcher: this.#launcher,
      evidence: {
        record: async (agent, known) => {
          await this.#delay(5);
          this.recorded.set(agent, (this.recorded.get(agent) ?? 0) + 1);
          const ending = known ?? ({ kind: 'signal', signal: 9 } as const);
          return {
            v: 1,
            id: 'x',
            agent,
            at: '',
            ending,
            lastState: 'idle',
            cliSession: null,
            process: null,
            screen: '',
            scrollback: '',
          };
        },
      },
      finishStop: async () => {},
      random: this.random,
      onFatal: (error) => this.faults.push(String(error)),
    });
    this.#recovery = recovery;
    this.#bus.listen((event) => recovery.note(event));
    await recovery.open();
  }

  /** As by `kill -9`: nothing of it does anything any more. */
  killWorker(): void {
    this.#recovery?.close();
    this.#generation++;
    this.#idleSince.clear();
  }

  begin(name: string): void {
    const pane = { id: '%1', server: { pid: SERVER.pid, startTime: SERVER.startTime }, bootId: readBootId() };
    this.bodies.set(name, { pid: ++this.#pids, seen: 'idle' });
    new Fleet(new AgentSpecFiles(this.folder, process.getuid?.() ?? 0)).put(
      agentSpec({ name, pane, startedAt: new Date(this.clock.now()).toISOString() }),
    );
  }

  /** Ends an agent's process, whatever it is doing. */
  kill(name: string): boolean {
    const body = this.bodies.get(name);
    if (body === undefined || body.pid === null) return false;
    body.pid = null;
    this.deaths.set(name, (this.deaths.get(name) ?? 0) + 1);
    this.clock.after(50 + this.random() * 200, () => this.#show(name, 'dead'));
    return true;
  }

  /** A person does not wait for the worker. */
  startByHand(name: string): void {
    if (this.bodies.get(name)?.pid !== null || this.#launcher?.isBusyWith(name) !== false) return;
    if (this.fleet.get(name).held === null) void this.#launcher.startByHand(name);
  }

  /** Nobody is forgotten. */
  checkIdle(): void {
    for (const { name, held } of this.fleet.list()) {
      const isDead = this.bodies.get(name)?.pid === null;
      const isForgotten = isDead && held === null && this.fleet.restartAt(name) === null;
      if (!isForgotten) this.#idleSince.delete(name);
      else if (!this.#idleSince.has(name)) this.#idleSince.set(name, this.clock.now());
      const since = this.#idleSince.get(name) ?? this.clock.now();
      if (this.clock.now() - since > IDLE_MAX_MS) this.faults.push(`${name} was forgotten`);
    }
  }

  /** A person ends every hold. */
  resumeAll(): void {
    for (const { name, held } of this.fleet.list()) {
      if (held === null) continue;
      this.fleet.update(name, { held: null, restarts: [], attempt: 0 });
      this.starts.set(name, []);
      this.#bus.emit({ type: 'agent.resumed', agent: name, profile: 'stand-in' });
    }
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      this.clock.advance(Math.min(left, 100));
      for (let i = 0; i < 12; i++) await Promise.resolve();
    }
  }

  close(): void {
    this.killWorker();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #openLauncher(fleet: Fleet): HandLauncher {
    const hands = new Turns<string>();
    return {
      isBusyWith: (name: string) => hands.isTaken(name),
      // As the real one: whoever started it meanwhile has done it.
      start: (name, { restart }) => {
        const before = fleet.get(name).startedAt;
        return hands.take(name, async () => {
          if (fleet.get(name).startedAt === before) await this.#startInHand(fleet, name, restart);
        });
      },
      startByHand: (name: string) => hands.take(name, () => this.#startInHand(fleet, name, false)),
    };
  }

  async #startInHand(fleet: Fleet, name: string, restart: boolean): Promise<void> {
    const generation = this.#generation;
    // The real one ends what is left of an earlier copy first; only a start that was cut short may meet one.
    if (fleet.get(name).phase !== 'starting' && this.bodies.get(name)?.pid !== null)
      this.faults.push(`two processes of ${name}`);
    fleet.update(name, { phase: 'starting' });
    await this.#delay(this.random() * 300);
    if (generation !== this.#generation) return new Promise<void>(() => {});
    this.#launch(name, restart);
    fleet.update(name, { phase: 'running', startedAt: new Date(this.clock.now()).toISOString() });
    // It stays in hand until its pane is named: who dies meanwhile is told of by no later event.
    await this.#delay(this.random() * 400);
  }

  #launch(name: string, restart: boolean): void {
    const body = this.bodies.get(name);
    if (body === undefined) return;
    body.pid = ++this.#pids;
    const pid = body.pid;
    if (restart) this.starts.set(name, [...(this.starts.get(name) ?? []), this.clock.now()]);
    this.#show(name, 'starting');
    this.clock.after(200 + this.random() * 1_500, () => body.pid === pid && this.#show(name, 'idle'));
  }

  #show(name: string, to: AgentState): void {
    const body = this.bodies.get(name);
    if (body === undefined || body.seen === to || (to === 'dead' && body.pid !== null)) return;
    const from = body.seen;
    body.seen = to;
    this.#bus.emit({
      type: 'agent.state',
      agent: name,
      profile: 'stand-in',
      pane: '%1',
      from,
      to,
      evidence: [],
      reset: null,
    });
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  get #processes() {
    const node = (pid: number) => {
      const runs = [...this.bodies.values()].some((body) => body.pid === pid);
      return runs ? { pid, startTime: '1', stat: 'S+', comm: 'node', argv: [], children: [] } : undefined;
    };
    return { readNode: node } as unknown as ProcessTable;
  }

  #ground(fleet: Fleet): Ground {
    const findByName = (name: string) => {
      const body = this.bodies.get(name);
      const process = body?.pid == null ? null : { pid: body.pid, startTime: '1' };
      return (
        body && {
          name,
          management: 'managed',
          pane: { id: '%1' },
          fold: { state: body.seen },
          last: { verdict: { state: body.seen } },
          process,
        }
      );
    };
    const loaded = loadConfig({ directory: join(this.folder, 'config'), env: {} });
    return {
      clock: this.clock,
      fleet,
      roster: { findByName, refresh: () => {} },
      server: () => ({ identity: SERVER }),
      settings: () => loaded,
      profiles: () => [],
      emit: (event: Parameters<EventBus['emit']>[0]) => this.#bus.emit(event),
      refresh: async () => {},
    } as unknown as Ground;
  }
}

it.each([2, 3])(
  'brings twenty agents back through a thousand kills, by their policy and never twice (seed %i)',
  async (seed) => {
    const world = new World(seed);
    const names = Array.from({ length: AGENTS }, (_, i) => `a${i}`);
    ensurePrivateDirectory(world.folder, process.getuid?.() ?? 0);
    for (const name of names) world.begin(name);
    await world.startWorker();
    let kills = 0;
    while (kills < KILLS) {
      await world.pass(Math.ceil(world.random() * 4_000));
      const name = names[Math.floor(world.random() * AGENTS)] ?? '';
      if (world.kill(name)) kills++;
      if (world.random() < 0.1) world.startByHand(names[Math.floor(world.random() * AGENTS)] ?? '');
      world.checkIdle();
      if (world.random() < 0.005) {
        world.killWorker();
        await world.pass(world.random() * 5_000);
        await world.startWorker();
      }
      if (world.random() < 0.005) world.resumeAll();
      for (const [agent, starts] of world.starts) {
        const recent = starts.filter((at) => at > world.clock.now() - 10 * MINUTE_MS);
        if (recent.length > 5)
          world.faults.push(`${agent} was started ${recent.length} times within ten minutes`);
      }
    }
    await world.pass(10 * MINUTE_MS);
    world.resumeAll();
    await world.pass(10 * MINUTE_MS);
    expect(world.faults).toEqual([]);
    for (const name of names) {
      expect(world.bodies.get(name)?.pid, `${name} runs in the end`).not.toBeNull();
      expect(world.recorded.get(name) ?? 0).toBeGreaterThanOrEqual(world.deaths.get(name) ?? 0);
    }
    world.close();
  },
  300_000,
);
