import { ExecaError, execa } from 'execa';
import { OrchestratorError } from '../base/errors.ts';
import { clientEnvironment, type ServerAddress } from './socket.ts';

/** Longest wait for a tmux client of our own, milliseconds. A stopped server leaves clients hanging for ever. */
export const COMMAND_TIME_LIMIT_MS = 5_000;

/** What starting a tmux client takes. */
export interface TmuxProgram {
  /** Path or name of the tmux program. */
  program: string;
  address: ServerAddress;
}

/**
 * Runs a tmux client as a process of its own and gives its output. For the few commands that come before a control connection and
 * for the CLI; never starts a server (`-N`). Arguments are constants of ours, ids, or checked words.
 */
export async function runTmux(tmux: TmuxProgram, words: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execa(tmux.program, ['-u', '-N', ...tmux.address.arguments, ...words], {
      env: clientEnvironment(process.env),
      extendEnv: false,
      stdin: 'ignore',
      timeout: COMMAND_TIME_LIMIT_MS,
      forceKillAfterDelay: 200,
      stripFinalNewline: false,
      maxBuffer: 32 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    throw explain(error, tmux, words);
  }
}

function explain(error: unknown, tmux: TmuxProgram, words: readonly string[]): unknown {
  if (!(error instanceof ExecaError)) return error;
  if (error.code === 'ENOENT' || error.code === 'EACCES') return tmuxMissing(tmux.program, error);
  if (error.timedOut) {
    return new OrchestratorError(
      'TMUX_TIMEOUT',
      `tmux server ${tmux.address.path} did not answer within ${COMMAND_TIME_LIMIT_MS / 1000} s`,
      { cause: error, hint: 'is the server stopped or overloaded? look at it with: ps -o stat= -C tmux' },
    );
  }
  const said = String(error.stderr ?? '').trim();
  const gone = /no server running|error connecting|lost server|server exited/.test(said);
  return new OrchestratorError(
    gone ? 'TMUX_GONE' : 'TMUX',
    `tmux ${words[0] ?? ''}: ${said || error.shortMessage}`,
    {
      cause: error,
    },
  );
}

export function tmuxMissing(program: string, cause?: unknown): OrchestratorError {
  return new OrchestratorError('TMUX_MISSING', `tmux was not found (looked for ${JSON.stringify(program)})`, {
    cause,
    hint: 'install it (Debian: apt install tmux, macOS: brew install tmux) or set tmux.program in config.yaml',
  });
}
