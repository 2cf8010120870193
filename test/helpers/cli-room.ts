import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Agent, WorkerState } from '../../src/model/agent.ts';
import { PATIENCE_MS } from './until.ts';

/** The command line as people run it. */
export const CLI = join(import.meta.dirname, '../../dist/cli/main.js');

interface Ended {
  stdout: string;
  stderr: string;
  code: number;
}

/** A place of its own for the command line: directories that no other program uses, and state files written by hand. */
export interface CliRoom {
  folder: string;
  /** Where live state is: `worker.json` and `agents`. */
  runtime: string;
  config: string;
  env: Record<string, string>;
  writeWorker(change?: Partial<WorkerState>): void;
  writeAgent(change: Partial<Agent> & { name: string }): void;
  removeAgent(name: string): void;
  writeConfig(text: string): void;
  run(...words: string[]): Promise<Ended>;
  /** With this on standard input. */
  pipe(input: string | Buffer, ...words: string[]): Promise<Ended>;
  close(): void;
}

export function openCliRoom(): CliRoom {
  const folder = mkdtempSync(join(tmpdir(), 'tmo-cli-'));
  const runtime = makePrivate(folder, 'run/tmux-orchestrator');
  const config = makePrivate(folder, 'config/tmux-orchestrator');
  const agents = makePrivate(folder, 'run/tmux-orchestrator/agents');
  const env = roomEnvironment(folder);
  const fileOf = (name: string) => join(agents, `${name}.json`);
  return {
    ...{ folder, runtime, config, env },
    writeWorker: (change) => writeFileSync(join(runtime, 'worker.json'), JSON.stringify(workerState(change))),
    writeAgent: (change) => writeFileSync(fileOf(change.name), JSON.stringify(agentState(change))),
    removeAgent: (name) => rmSync(fileOf(name)),
    writeConfig: (text) => writeFileSync(join(config, 'config.yaml'), text),
    run: (...words) => runCli(env, words),
    pipe: (input, ...words) => runCli(env, words, { input }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs the command line with this environment and no more. */
export async function runCli(
  env: NodeJS.ProcessEnv,
  words: readonly string[],
  more: { input?: string | Buffer } = {},
): Promise<Ended> {
  const options = {
    env,
    extendEnv: false,
    reject: false,
    timeout: 2 * PATIENCE_MS,
    stripFinalNewline: false,
  };
  const { stdout, stderr, exitCode } = await execa(process.execPath, [CLI, ...words], {
    ...options,
    ...more,
  });
  return { stdout, stderr, code: exitCode ?? -1 };
}

function makePrivate(folder: string, path: string): string {
  const whole = join(folder, path);
  mkdirSync(whole, { recursive: true, mode: 0o700 });
  chmodSync(whole, 0o700);
  return whole;
}

function roomEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    TZ: 'UTC',
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
}

/** A worker that is up as far as anybody can tell: this very process stands in for it. */
export function workerState(change: Partial<WorkerState> = {}): WorkerState {
  const now = new Date().toISOString();
  return {
    v: 1,
    pid: process.pid,
    version: '1.2.3',
    startedAt: now,
    heartbeatAt: now,
    stoppedAt: null,
    tmux: {
      socket: '/tmp/tmux-0/x',
      status: 'connected',
      detail: null,
      pid: 1,
      startTime: 1,
      version: '3.3a',
    },
    counters: { ticks: 1, looks: 1, events: 1, connects: 1, failures: 0 },
    panes: 3,
    agents: 1,
    ...change,
  };
}

export function agentState(change: Partial<Agent> & { name: string }): Agent {
  return {
    v: 1,
    profile: 'claude',
    management: 'observed',
    state: 'idle',
    since: new Date(Date.now() - 12_000).toISOString(),
    evidence: [{ kind: 'screen', rule: 'empty-prompt', state: 'idle' }],
    reset: null,
    pane: '%3',
    place: { session: 'work', window: 'shell', windowIndex: 1, paneIndex: 0, directory: '/srv/project' },
    process: { pid: 10, startTime: '100' },
    panePid: 9,
    title: 'a title',
    cliVersion: '2.1.0',
    cliSession: null,
    foundAt: new Date(Date.now() - 60_000).toISOString(),
    failure: null,
    role: null,
    team: null,
    paused: false,
    held: null,
    restartAt: null,
    dialog: null,
    server: { pid: 1, startTime: 1 },
    worker: { pid: process.pid, startedAt: new Date().toISOString() },
    ...change,
  };
}
