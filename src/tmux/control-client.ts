import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { OrchestratorError } from '../base/errors.ts';
import { type Block, BlockReader } from './block-reader.ts';
import { type Command, joinCommands } from './quoting.ts';
import { clientEnvironment } from './socket.ts';
import { COMMAND_TIME_LIMIT_MS, type TmuxProgram } from './spawned.ts';

/** How long a client may take to leave after its input was closed, milliseconds; then it is killed. */
const LEAVE_TIME_LIMIT_MS = 1_000;

/** What a request asks beyond its commands. */
interface RequestOptions {
  /** Fewest lines that a command's block has, by what the blocks before it said; see `BlockReader`. */
  linesMin?: (index: number, earlier: readonly (readonly string[])[]) => number;
}

interface Pending {
  blocksWanted: number;
  blocks: string[][];
  linesMin: NonNullable<RequestOptions['linesMin']>;
  deadline: number;
  /** Nobody waits any more; its blocks must still be counted. */
  abandoned: boolean;
  resolve(blocks: string[][]): void;
  reject(error: unknown): void;
}

interface ControlClientEvents {
  onNotification(line: string): void;
  /** The client has gone, for whatever reason. Called once. */
  onExit(reason: string): void;
}

/** One persistent control-mode client. Commands may be sent without waiting for earlier answers. */
export class ControlClient {
  readonly #process: ReturnType<typeof spawnClient>;
  readonly #reader: BlockReader;
  readonly #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #gone = false;
  #lastWords = '';

  constructor(tmux: TmuxProgram, words: readonly string[], events: ControlClientEvents) {
    this.#reader = new BlockReader({
      onBlock: (block) => this.#settle(block),
      onNotification: (line) => {
        if (line.startsWith('%exit')) this.#lastWords = line.slice('%exit'.length).trim();
        events.onNotification(line);
      },
      linesMin: () => {
        const head = this.#pending[0];
        return head === undefined ? 0 : head.linesMin(head.blocks.length, head.blocks);
      },
    });
    this.#process = spawnClient(tmux, words);
    this.#listen(events);
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Whether an answer is overdue: the server is stopped or drowned. Ends by itself when it answers again. */
  get stalled(): boolean {
    return this.#pending[0]?.abandoned === true;
  }

  /**
   * Sends commands as one line, which the server carries out without anything of others in between. Gives the lines of each.
   * Fails with `TMUX` where a command failed (those behind it were not run), `TMUX_TIMEOUT`, `TMUX_GONE`.
   */
  run(commands: readonly Command[], options: RequestOptions = {}): Promise<string[][]> {
    if (this.#gone) return Promise.reject(gone(this.#lastWords));
    if (this.stalled) return Promise.reject(timedOut());
    return new Promise((resolve, reject) => {
      this.#pending.push({
        blocksWanted: commands.reduce((sum, one) => sum + (one.blocks ?? 1), 0),
        blocks: [],
        linesMin: options.linesMin ?? (() => 0),
        deadline: Date.now() + COMMAND_TIME_LIMIT_MS,
        abandoned: false,
        ...{ resolve, reject },
      });
      this.#write(`${joinCommands(commands)}\n`);
      this.#watchHead();
    });
  }

  /**
   * Leaves the server and waits until the client process has ended, at most a second. The server holds our pipes too, the client passed
   * them on: of a stopped server they would never close, so after that second they are let go.
   */
  async close(): Promise<void> {
    this.#process.stdin.end();
    const timer = setTimeout(() => {
      this.#process.kill('SIGKILL');
      this.#process.stdout.destroy();
      this.#process.stderr.destroy();
    }, LEAVE_TIME_LIMIT_MS);
    await this.#process;
    clearTimeout(timer);
  }

  /** What is asked for in the same moment goes out in one write. */
  #write(line: string): void {
    const { stdin } = this.#process;
    if (stdin.writableCorked === 0) {
      stdin.cork();
      process.nextTick(() => stdin.uncork());
    }
    stdin.write(line);
  }

  #listen(events: ControlClientEvents): void {
    this.#process.stdin.on('error', () => {});
    this.#process.stdout.setEncoding('utf8');
    this.#process.stdout.on('data', (chunk: string) => this.#reader.feed(chunk));
    this.#process.stderr.setEncoding('utf8');
    this.#process.stderr.on('data', (chunk: string) => {
      this.#lastWords = chunk.trim().slice(0, 500);
    });
    void this.#process.then((result) => {
      this.#gone = true;
      clearTimeout(this.#timer);
      const reason =
        this.#lastWords || (result.failed ? result.shortMessage : 'the client left') || 'unknown';
      for (const request of this.#pending.splice(0)) request.reject(gone(reason));
      events.onExit(reason);
    });
  }

  #settle(block: Block): void {
    const head = this.#pending[0];
    if (head === undefined) return;
    if (!block.ok) {
      this.#pending.shift();
      head.reject(new OrchestratorError('TMUX', `tmux said: ${block.lines.join(' ') || 'no reason'}`));
    } else {
      head.blocks.push(block.lines);
      if (head.blocks.length < head.blocksWanted) return;
      this.#pending.shift();
      head.resolve(head.blocks);
    }
    this.#watchHead();
  }

  /** One timer for the oldest request; answers come in order, so it is always the next to be overdue. */
  #watchHead(): void {
    const head = this.#pending[0];
    if (head === undefined || head.abandoned || this.#timer !== undefined) return;
    const wait = () => {
      this.#timer = undefined;
      const oldest = this.#pending[0];
      if (oldest === undefined || oldest.abandoned) return;
      if (Date.now() < oldest.deadline) this.#watchHead();
      else this.#abandonAll();
    };
    this.#timer = setTimeout(wait, Math.max(50, head.deadline - Date.now()));
    this.#timer.unref();
  }

  #abandonAll(): void {
    for (const request of this.#pending) {
      request.abandoned = true;
      request.reject(timedOut());
    }
  }
}

/** From util-linux, which every Linux has; elsewhere the client is started as it is. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * The client must die with us: when a worker is killed while the server has something to say to it, a 3.3a server waits for ever for
 * the dead reader, keeps the session attached, and cannot even be told to exit. Once the client's process is gone it lets go.
 */
function spawnClient(tmux: TmuxProgram, words: readonly string[]) {
  const line = [tmux.program, '-u', '-N', '-C', ...tmux.address.arguments, ...words];
  if (existsSync(SETPRIV)) line.unshift(SETPRIV, '--pdeathsig', 'KILL', '--');
  const [program = '', ...rest] = line;
  return execa(program, rest, {
    env: clientEnvironment(process.env),
    extendEnv: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    forceKillAfterDelay: LEAVE_TIME_LIMIT_MS,
  });
}

function gone(reason: string): OrchestratorError {
  return new OrchestratorError('TMUX_GONE', `connection to tmux was lost: ${reason}`);
}

function timedOut(): OrchestratorError {
  return new OrchestratorError(
    'TMUX_TIMEOUT',
    `tmux server did not answer within ${COMMAND_TIME_LIMIT_MS / 1000} s`,
    { hint: 'is the server stopped? look at its state with: ps -o pid,stat,args -C "tmux: server"' },
  );
}
