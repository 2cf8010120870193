import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const FOLDER = import.meta.dirname;
const ROOT = join(FOLDER, '../../..');

/** Where things are inside, as the user there sees them. The program and Node.js are those of the outside, read-only. */
export const INSIDE = {
  uid: 4242,
  home: '/home/rig',
  runtime: '/run/user/4242',
  app: '/home/rig/.local/lib/tmux-orchestrator',
  node: '/home/rig/.local/node',
  main: '/home/rig/.local/lib/tmux-orchestrator/dist/cli/main.js',
};

/** How a command inside ended; `code` is null after a signal. */
export interface RigEnd {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

interface RigRunOptions {
  input?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** A machine of its own with a real `systemd --user`, journald and a bus; see rig.sh. */
export interface Rig {
  /** Runs a command in the user's login session. */
  run(words: readonly string[], options?: RigRunOptions): Promise<RigEnd>;
  /** The same by bash; gives what it printed without blanks at the ends, and fails where it failed. */
  shell(script: string, options?: RigRunOptions): Promise<string>;
  /** Writes a file below directories that are made as needed. */
  writeFile(path: string, text: string): Promise<void>;
  /** Ends every process inside. */
  close(): Promise<void>;
}

/** This machine cannot give a rig; the message says why. */
export class RigUnavailable extends Error {}

/** Exit code of rig.sh. */
const CANNOT = 77;
const COMMAND_TIME_LIMIT_MS = 30_000;

export async function openRig(): Promise<Rig> {
  const server = new RigServer(startRig());
  await server.ready;
  const run: Rig['run'] = (words, options = {}) => server.run(words, options);
  const shell: Rig['shell'] = async (script, options = {}) => {
    const end = await run(['bash', '-c', script], options);
    if (end.code === 0) return end.stdout.trim();
    throw new Error(`${script}: ${end.code ?? end.signal}: ${end.stderr.trim() || end.stdout.trim()}`);
  };
  const writeFile: Rig['writeFile'] = async (path, text) => {
    await shell(`mkdir -p "$(dirname "$FILE")" && cat >"$FILE"`, { input: text, env: { FILE: path } });
  };
  return { run, shell, writeFile, close: () => server.close() };
}

function startRig(): ChildProcessWithoutNullStreams {
  const binds = [`${ROOT}:${INSIDE.app}`, `${process.execPath}:${INSIDE.node}`];
  const words = [
    ...(process.getuid?.() === 0 ? [] : ['sudo', '-n']),
    join(FOLDER, 'rig.sh'),
    ...binds.flatMap((bind) => ['--bind', bind]),
    ...['--', INSIDE.node, `${INSIDE.app}/test/systemd/rig/server.mjs`],
  ];
  const [program = '', ...rest] = words;
  return spawn(program, rest);
}

interface Answer extends RigEnd {
  id: number;
}

/** The talk with server.mjs. */
class RigServer {
  readonly ready: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<Error>;
  readonly #waiting = new Map<number, (end: RigEnd) => void>();
  #asked = 0;
  #complaints = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#complaints += chunk;
    });
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(new RigUnavailable(`it takes root: ${error.message}`)));
      child.once('close', (code) => resolve(this.#explainEnd(code)));
    });
    this.ready = this.#orEnd(new Promise((resolve) => this.#listen(resolve)));
  }

  run(
    words: readonly string[],
    { timeoutMs = COMMAND_TIME_LIMIT_MS, ...options }: RigRunOptions,
  ): Promise<RigEnd> {
    const id = this.#asked++;
    this.#child.stdin.write(`${JSON.stringify({ id, words, timeoutMs, ...options })}\n`);
    return this.#orEnd(new Promise((resolve) => this.#waiting.set(id, resolve)));
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #listen(onReady: () => void): void {
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer | { ready: true };
      if ('ready' in answer) return onReady();
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  #orEnd<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#ended.then((error) => Promise.reject(error))]);
  }

  #explainEnd(code: number | null): Error {
    const said = this.#complaints.trim();
    // sudo that may not says so with 1.
    const cannot = code === CANNOT || /^sudo: /m.test(said);
    return cannot ? new RigUnavailable(said) : new Error(`the rig ended (${code}): ${said}`);
  }
}
