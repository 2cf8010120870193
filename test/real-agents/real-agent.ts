import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE_SOURCES } from '../../src/agents/natives.ts';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { openProcessTable } from '../../src/host/process-table.ts';
import type { NativeSignal, Observation, ProcessNode } from '../../src/model/observation.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import type { Profile, StartSpec } from '../../src/model/profile.ts';
import { readPrompt } from '../../src/model/prompt-text.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';
import { observePane } from '../helpers/observe-pane.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';
import { type MockModel, startMockModel } from './mock-client.ts';
import { RECIPES, type RealCli, type Recipe, writeFiles } from './recipes.ts';

/** A fresh home in which one CLI is started again and again, with a model of its own. */
export interface RealHome {
  profile: Profile;
  home: string;
  work: string;
  model: MockModel;
  /** What the CLI is started with. */
  env: Record<string, string>;
  /** Starts the CLI as a pane's own process: `words` (of `resume` or `newSession`), `args` (the profile's), `more` (of `permissions`). */
  start(words?: readonly string[], more?: readonly string[], args?: readonly string[]): Promise<RealAgent>;
  /** Processes that were started here, or by what was started here. */
  processes(): ProcessNode[];
  close(): Promise<void>;
}

export interface RealAgent {
  tmux: PrivateTmux;
  pane: string;
  observe(): Promise<Observation>;
  verdict(): Promise<Verdict>;
  /** Waits until it is read as one of these states twice in a row. */
  untilState(...states: string[]): Promise<void>;
  native(): Promise<NativeSignal | undefined>;
  paste(text: string): Promise<void>;
  press(...keys: string[]): Promise<void>;
  /** Brings a text into the prompt as the profile's delivery data tell, and sends it. */
  send(text: string): Promise<void>;
  /** Sends the profile's words to leave, and gives the exit status. */
  leave(): Promise<number | null>;
  screen(): Promise<string>;
  close(): Promise<void>;
}

/** Idle at last, or the test is over. opencode's first start in a fresh home took 100 s on a loaded machine. */
const READY_MS = 150_000;
const SIZE = { columns: 100, rows: 30 };

/** Everything a CLI gets to start from, new; `close` takes it all away. */
export async function realHome(cli: RealCli): Promise<RealHome> {
  const recipe: Recipe = RECIPES[cli];
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === recipe.profile);
  if (profile?.start === undefined) throw new Error(`no start data for ${recipe.profile}`);
  const { start } = profile;
  const home = mkdtempSync(join(agentsDirectory(), 'homes', `${cli}-`));
  const work = join(home, 'project');
  mkdirSync(work);
  execFileSync('git', ['init', '-q', work], { env: { PATH: process.env.PATH, HOME: home } });
  const model = await startMockModel();
  const place = { home, work, modelUrl: model.url };
  writeFiles(home, recipe.files(place));
  const env = { ...baseEnvironment(home, recipe), ...start.env, ...recipe.env(place) };
  const agents: RealAgent[] = [];
  return {
    ...{ profile, home, work, model, env },
    processes: () => processesOf(home),
    start: async (words = [], more = [], args = start.args) => {
      const command = [start.program, ...words, ...args, ...more];
      const agent = await startAgent(profile, { work, env, command });
      agents.push(agent);
      return agent;
    },
    close: async () => {
      for (const agent of agents) await agent.close();
      model.close();
      for (const { pid } of processesOf(home)) if (pid !== undefined) process.kill(pid, 'SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Found by their home, which nobody else has. */
function processesOf(home: string): ProcessNode[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return pids.flatMap((pid) => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!variables.includes(`HOME=${home}`)) return [];
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
      return argv.length === 0 ? [] : [{ pid: Number(pid), stat: 'S', comm: '', argv, children: [] }];
    } catch {
      // Gone meanwhile, or none of ours.
      return [];
    }
  });
}

/** One CLI in a fresh home, ready at its prompt. */
export async function realAgent(cli: RealCli): Promise<RealAgent & { home: RealHome }> {
  const home = await realHome(cli);
  const agent = await home.start();
  await agent.untilState('idle');
  return { ...agent, home, close: () => home.close() };
}

/** The words of the profile with the session's id in its place. */
export function sessionWords(words: StartSpec['resume'], session: string): string[] {
  if (words === undefined) throw new Error('the profile has no such words');
  return words.map((word) => word.replace('{session}', session));
}

export const newSessionId = randomUUID;

function agentsDirectory(): string {
  const directory = process.env.TMO_REAL_AGENTS;
  if (directory === undefined) throw new Error('run these by: scripts/test --real-agents');
  return directory;
}

function baseEnvironment(home: string, { folder, needsNewNode }: Recipe): Record<string, string> {
  const bin = (name: string) => join(agentsDirectory(), name, 'node_modules/.bin');
  const folders = [
    bin(folder),
    ...(needsNewNode ? [join(agentsDirectory(), 'node22/node_modules/node/bin')] : []),
  ];
  return {
    PATH: [...folders, process.env.PATH ?? ''].join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    USER: process.env.USER ?? 'user',
    SHELL: '/bin/bash',
    COLORTERM: 'truecolor',
    DO_NOT_TRACK: '1',
  };
}

async function startAgent(
  profile: Profile,
  { work, env, command }: { work: string; env: Record<string, string>; command: readonly string[] },
): Promise<RealAgent> {
  const tmux = await privateTmux(SIZE);
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const line = ['env', '-i', 'TERM=tmux-256color', ...words, ...command];
  const pane = await tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', '-c', work, ...line);
  return controlAgent(profile, tmux, pane);
}

function controlAgent(profile: Profile, tmux: PrivateTmux, pane: string): RealAgent {
  const observe = async () => {
    const observation = await observePane(tmux, pane);
    const native = readNative(profile, observation);
    return native === undefined ? observation : { ...observation, native };
  };
  const verdict = async () => judge(await observe(), profile);
  const press = async (...keys: string[]) => {
    await tmux.run('send-keys', '-t', pane, ...keys);
  };
  const paste = async (text: string) => {
    await tmux.run(
      'set-buffer',
      '-b',
      'text',
      text,
      ';',
      'paste-buffer',
      '-p',
      '-r',
      '-d',
      '-b',
      'text',
      '-t',
      pane,
    );
  };
  const screen = () => tmux.run('capture-pane', '-p', '-t', pane);
  const untilState = async (...states: string[]) => {
    let before = '';
    await until(
      async () => {
        const { state } = await verdict();
        const isSteady = state === before;
        before = state;
        return isSteady && states.includes(state);
      },
      { timeoutMs: READY_MS, describe: () => before },
    ).catch(async (error: unknown) => {
      throw new Error(`not ${states.join(' or ')} but ${before}:\n${await screen()}`, { cause: error });
    });
  };
  const send = async (text: string) => {
    await paste(text);
    // While it works its state tells nothing of the prompt.
    await until(async () => {
      if (/\S/u.test(readPrompt((await observe()).screen, profile) ?? '')) return true;
      throw new Error(`nothing stands in the prompt:\n${await screen()}`);
    });
    // The very thing that is tested: an Enter sooner than this is swallowed by some.
    await new Promise((resolve) => setTimeout(resolve, profile.delivery?.enterDelayMs ?? 0));
    await press('Enter');
  };
  const leave = async () => {
    await send(profile.leave ?? '');
    await until(async () => (await observe()).dead, { timeoutMs: 20_000 });
    // tmux 3.3a overlooks the end of a child; that of another one makes it look again.
    await tmux.run('run-shell', 'true');
    const ended = async () => {
      const { deadStatus, deadSignal } = await observe();
      return deadStatus !== null || deadSignal !== null ? { deadStatus } : undefined;
    };
    return (await until(ended)).deadStatus;
  };
  return {
    ...{ tmux, pane, observe, verdict, untilState, paste, press, screen, send, leave },
    native: async () => (await observe()).native,
    close: () => tmux.close(),
  };
}

function readNative(profile: Profile, { processes }: Observation): NativeSignal | undefined {
  const source = NATIVE_SOURCES[profile.nativeReader ?? ''];
  const found = processes && findAgentProcess(processes, [profile]);
  const { pid, startTime } = found?.node ?? {};
  if (source === undefined || pid === undefined || startTime === undefined) return undefined;
  const table = openProcessTable();
  const configDirectory = source.findDirectory((name) => table.readVariable(pid, name));
  return configDirectory === undefined ? undefined : source.read({ configDirectory, pid, startTime });
}
