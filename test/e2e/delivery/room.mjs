// A tmux server of its own with stand-ins in it, and a worker as a process that delivers to them. Their logs are the truth.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const runFile = promisify(execFile);
const STAND_IN = join(import.meta.dirname, '../../../dist/stand-in');
const WORKER = join(import.meta.dirname, 'mail-worker.mjs');
export const USER = { kind: 'user', name: 'user' };

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again; fails with what it last saw. */
export async function until(ask, { timeoutMs = 15_000, what = 'that' } = {}) {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(25)) {
    const value = await ask();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`);
  }
}

export class Room {
  folder = mkdtempSync(join(tmpdir(), 'tmo-mail-'));
  name = `tmo-mail-${process.pid}-${randomBytes(4).toString('hex')}`;
  standIns = [];
  worker;

  static async open({ columns = 120, rows = 40, config = {} } = {}) {
    const room = new Room();
    room.config = config;
    mkdirSync(join(room.folder, 'state/agents'), { recursive: true, mode: 0o700 });
    room.size = ['-x', String(columns), '-y', String(rows)];
    await room.startServer();
    return room;
  }

  async startServer() {
    await this.tmux(
      'new-session',
      '-d',
      ...this.size,
      'sleep',
      '100000',
      ';',
      'set-option',
      '-g',
      'remain-on-exit',
      'on',
    );
    const [pid, startTime, path] = (
      await this.tmux('display-message', '-p', '#{pid} #{start_time} #{socket_path}')
    ).split(' ');
    this.server = { pid: Number(pid), startTime: Number(startTime) };
    this.socketPath = path;
  }

  async tmux(...words) {
    const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
    const { stdout } = await runFile('tmux', ['-u', '-L', this.name, '-f', '/dev/null', ...words], {
      env,
      timeout: 10_000,
    });
    return stdout.trimEnd();
  }

  /** Starts one in a window of its own, tagged and written down as ours. `prompt`: whose whims it has, where that is not `kind`. */
  async addStandIn(name, { kind = 'plain', prompt = kind, words = [] } = {}) {
    const log = join(this.folder, `${name}.log`);
    const folder = kind === 'plain' ? 'stand-in' : `like-${kind}`;
    if (!existsSync(join(this.folder, folder))) symlinkSync(STAND_IN, join(this.folder, folder));
    const command = [process.execPath, join(this.folder, folder, 'main.js'), '--name', name, '--log', log];
    command.push('--prompt', prompt, '--startup-ms', '100', '--answer-ms', '500', ...words);
    const line = await this.tmux(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id} #{pane_pid}',
      '-t',
      ':',
      '--',
      ...command,
    );
    const [pane, pid] = line.split(' ');
    return this.#keep({ name, pane, pid: Number(pid), log, profile: folder, command });
  }

  /** The same as the child of a shell, as people start it. */
  async addInShell(name) {
    const log = join(this.folder, `${name}.log`);
    const shell = ['bash', '--norc', '--noprofile'];
    const pane = await this.tmux('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', ':', '--', ...shell);
    const command = `${process.execPath} ${join(STAND_IN, 'main.js')} --name ${name} --log ${log} --startup-ms 100`;
    await this.tmux('send-keys', '-t', pane, '-l', command);
    await this.tmux('send-keys', '-t', pane, 'Enter');
    return this.#keep({ name, pane, pid: 0, log, profile: 'stand-in', command });
  }

  async #keep(standIn) {
    this.standIns.push(standIn);
    await this.manage(standIn);
    return standIn;
  }

  async remove({ name, pane, log }) {
    await this.tmux('kill-pane', '-t', pane).catch(() => {});
    this.standIns = this.standIns.filter((one) => one.name !== name);
    rmSync(log, { force: true });
  }

  /** What the pane shows. */
  screenOf({ pane }) {
    return this.tmux('capture-pane', '-p', '-t', pane);
  }

  async manage({ name, pane, profile }) {
    await this.tmux('set-option', '-p', '-t', pane, '@tmux_orchestrator_agent', name);
    const now = new Date().toISOString();
    const spec = {
      ...{ v: 1, name, profile, role: null, team: null, parent: null, depth: 0, origin: 'spawned' },
      ...{
        session: 'agents',
        window: name,
        directory: '/',
        args: [],
        roleArgs: [],
        env: {},
        secretFiles: {},
      },
      ...{
        brief: null,
        restore: false,
        restart: null,
        createdAt: now,
        phase: 'running',
        paused: null,
        held: null,
      },
      ...{ pane: { id: pane, server: this.server, bootId: 'x' }, process: null, cliSession: null },
      ...{ startedAt: now, restarts: [], attempt: 0 },
    };
    if (this.worker !== undefined) await this.worker.ask('manage', { spec });
    else
      writeFileSync(join(this.folder, 'state/agents', `${name}.json`), JSON.stringify(spec), { mode: 0o600 });
  }

  async startWorker() {
    const { folder, name, socketPath, config } = this;
    this.worker = new Worker({ folder, socketName: name, socketPath, config });
    await this.worker.ready;
    return this.worker;
  }

  /** Texts of prompts as the stand-in got them. */
  submitted(standIn) {
    return this.logOf(standIn).filter(({ event }) => event === 'submit');
  }

  logOf({ log }) {
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line));
  }

  /** The journal of the worker. */
  events() {
    const lines = readFileSync(join(this.folder, 'state/events.jsonl'), 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  async close() {
    await this.worker?.end();
    await this.tmux('kill-server').catch(() => {});
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.socketPath, { force: true });
  }
}

/** The worker process, asked over its standard input. */
class Worker {
  #waiting = new Map();
  #count = 0;
  errors = '';

  constructor(options) {
    this.child = spawn(process.execPath, [WORKER, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.exit = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin.on('error', () => {});
    this.child.stderr.on('data', (chunk) => {
      this.errors += chunk;
    });
    this.ready = new Promise((resolve, reject) => {
      this.child.once('close', () => {
        reject(new Error(`worker ended: ${this.errors}`));
        for (const { reject: refuse } of this.#waiting.values())
          refuse(new Error(`worker ended: ${this.errors}`));
      });
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const answer = JSON.parse(line);
        if (answer.ready) resolve(answer);
        else this.#settle(answer);
      });
    });
    this.ready.catch(() => {});
  }

  #settle({ n, result, error }) {
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(Object.assign(new Error(error.message), error));
  }

  ask(operation, input = {}) {
    const n = ++this.#count;
    const answer = new Promise((resolve, reject) => this.#waiting.set(n, { resolve, reject }));
    answer.catch(() => {});
    this.child.stdin.write(`${JSON.stringify({ n, do: operation, ...input })}\n`);
    return answer;
  }

  send(to, text, more = {}, from = USER) {
    return this.ask('send', { to, from, message: { text, ...more } });
  }

  wait(id, wanted = 'submitted', timeoutMs = 20_000) {
    return this.ask('wait', { id, until: wanted, timeoutMs });
  }

  async untilState(name, state, timeoutMs = 15_000) {
    let last;
    const isThere = async () => {
      last = await this.ask('agent', { name });
      return last?.state === state;
    };
    await until(isThere, { timeoutMs, what: `${name} ${state}` }).catch((error) => {
      throw new Error(`${error.message}; it is ${JSON.stringify(last)}`);
    });
  }

  /** As a crash would end it. */
  kill() {
    this.child.kill('SIGKILL');
    return this.exit;
  }

  async end() {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    await this.exit;
    clearTimeout(timer);
  }
}
