import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { EventBus } from '../../src/core/event-bus.ts';
import { Fleet } from '../../src/core/fleet.ts';
import { openProcessTable } from '../../src/host/process-table.ts';
import type { Event } from '../../src/model/event.ts';
import { AgentSpecFiles } from '../../src/store/agent-spec-files.ts';
import { loadConfig } from '../../src/store/config-file.ts';
import { ensurePrivateDirectory } from '../../src/store/directories.ts';
import { StateFiles } from '../../src/store/state-files.ts';
import type { PaneId } from '../../src/tmux/quoting.ts';
import { Watch } from '../../src/worker/watch.ts';
import { agentSpec } from './agent-spec.ts';
import type { PrivateTmux } from './private-tmux.ts';
import { until } from './until.ts';

const STAND_IN = join(import.meta.dirname, '../../dist/stand-in/main.js');

/** A stand-in that runs in a pane of its own and is managed. */
export interface ManagedStandIn {
  name: string;
  pane: string;
  /** Its texts as it got them, one for each submitted prompt. */
  submitted(): string[];
}

/** The watch with its surroundings, inside of the test's own process. */
export class WatchedGround {
  readonly folder = mkdtempSync(join(tmpdir(), 'tmo-ground-'));
  readonly state = join(this.folder, 'state');
  readonly bus = new EventBus(systemClock);
  readonly events: Event[] = [];
  readonly watch: Watch;
  readonly #tmux: PrivateTmux;

  constructor(tmux: PrivateTmux, config: Readonly<Record<string, unknown>> = {}) {
    this.#tmux = tmux;
    const uid = process.getuid?.() ?? 0;
    ensurePrivateDirectory(this.state, uid);
    ensurePrivateDirectory(join(this.folder, 'run'), uid);
    const loaded = loadConfig({ directory: join(this.folder, 'config'), env: {}, flags: config });
    this.bus.listen((event) => this.events.push(event));
    this.watch = new Watch({
      tmux: {
        program: 'tmux',
        address: { arguments: ['-L', tmux.name], path: tmux.socketPath, source: 'flag' },
      },
      loaded,
      fleet: new Fleet(new AgentSpecFiles(this.state, uid)),
      files: new StateFiles(join(this.folder, 'run'), uid),
      processes: openProcessTable(),
      clock: systemClock,
      worker: { pid: process.pid, startedAt: new Date().toISOString() },
      before: [],
      emit: (event) => this.bus.emit(event),
      onFatal: (error) => {
        throw error;
      },
      onRound: () => {},
      roundEveryMs: 1_000,
    });
  }

  /** Starts a stand-in as the process of a pane, tagged and written down as ours. */
  async startStandIn(name: string, ...words: string[]): Promise<ManagedStandIn> {
    const log = join(this.folder, `${name}.log`);
    const command = [process.execPath, STAND_IN, '--name', name, '--log', log, ...words];
    const pane = await this.#tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id}',
      '-t',
      ':',
      '--',
      ...command,
    );
    await this.#tmux.run('set-option', '-p', '-t', pane, '@tmux_orchestrator_agent', name);
    const [pid = 0, startTime = 0] = (await this.#tmux.run('display-message', '-p', '#{pid} #{start_time}'))
      .split(' ')
      .map(Number);
    this.watch.fleet.put(agentSpec({ name, pane: { id: pane, server: { pid, startTime }, bootId: 'x' } }));
    await this.#renew(name, pane);
    return { name, pane, submitted: () => readSubmitted(log) };
  }

  /** The watch may have met it before it was tagged and written down, which agents that are spawned never are. */
  async #renew(name: string, pane: string): Promise<void> {
    const { roster } = this.watch;
    await this.watch.refresh();
    const agent = roster.find(pane as PaneId);
    if (agent === undefined || agent.name === name) return;
    agent.place = { ...agent.place, tag: name };
    roster.renew(agent, { name, management: 'managed' });
  }

  untilState(name: string, state: string): Promise<unknown> {
    const read = () => this.watch.roster.describe(name);
    return until(() => read()?.state === state, { describe: () => JSON.stringify(read()) });
  }

  async close(): Promise<void> {
    await this.watch.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function readSubmitted(log: string): string[] {
  let text = '';
  try {
    text = readFileSync(log, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.kind === undefined || entry.kind === 'submit' || entry.kind === 'submitted')
    .map((entry) => entry.text);
}
