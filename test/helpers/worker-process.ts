import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, WorkerState } from '../../src/model/agent.ts';
import type { AgentSpec } from '../../src/model/agent-spec.ts';
import type { Event } from '../../src/model/event.ts';
import { PATIENCE_MS, until } from './until.ts';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

/** Directories of a user of a test's own, and the program run as that user. */
export class TestHome {
  readonly path = mkdtempSync(join(tmpdir(), 'tmo-home-'));
  readonly runtime = join(this.path, 'run/tmux-orchestrator');
  readonly state = join(this.path, 'state/tmux-orchestrator');
  readonly config = join(this.path, 'config/tmux-orchestrator');
  readonly #workers: WorkerProcess[] = [];

  readonly #more: NodeJS.ProcessEnv;

  /** `more`: variables beside those of the test itself. */
  constructor(more: NodeJS.ProcessEnv = {}) {
    this.#more = more;
    mkdirSync(join(this.path, 'run'), { mode: 0o700 });
    mkdirSync(this.config, { recursive: true });
  }

  get env(): NodeJS.ProcessEnv {
    const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
    return {
      ...env,
      ...this.#more,
      XDG_RUNTIME_DIR: join(this.path, 'run'),
      XDG_STATE_HOME: join(this.path, 'state'),
      XDG_CONFIG_HOME: join(this.path, 'config'),
    };
  }

  writeConfig(text: string): void {
    writeFileSync(join(this.config, 'config.yaml'), text);
  }

  /** A managed agent, as an earlier worker left it. */
  writeSpec(spec: AgentSpec): void {
    const folder = join(this.state, 'agents');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, `${spec.name}.json`), JSON.stringify(spec), { mode: 0o600 });
  }

  startWorker(...words: string[]): WorkerProcess {
    const worker = new WorkerProcess(['run', ...words], this.env);
    this.#workers.push(worker);
    return worker;
  }

  workerState(): WorkerState {
    return JSON.parse(readFileSync(join(this.runtime, 'worker.json'), 'utf8'));
  }

  agent(name: string): Agent {
    return JSON.parse(readFileSync(join(this.runtime, 'agents', `${name}.json`), 'utf8'));
  }

  agentNames(): string[] {
    return readdirSync(join(this.runtime, 'agents'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  }

  events(): Event[] {
    const text = readFileSync(join(this.state, 'events.jsonl'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  untilState(name: string, state: string, timeoutMs = PATIENCE_MS): Promise<unknown> {
    return until(() => this.agent(name).state === state, {
      timeoutMs,
      describe: () => JSON.stringify(this.agent(name)),
    });
  }

  /** Ends what was started here and removes the directories. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end('SIGKILL')));
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A worker as its own process, or any other command of the program. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  output = '';
  errors = '';

  constructor(words: string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [MAIN, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.errors += chunk;
    });
    this.exit = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a signal and waits for the end; gives the exit code, null after a signal. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exit;
  }
}
