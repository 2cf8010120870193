import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { isRunning } from './is-running.ts';
import { PATIENCE_MS, until } from './until.ts';

/** A tmux server of one test's own. */
export interface PrivateTmux {
  /** Name of its socket, for `tmux -L`. */
  name: string;
  socketPath: string;
  pid: number;
  /** Runs a tmux command and gives its output without the last line feed. */
  run(...words: string[]): Promise<string>;
  /** Ends the server with everything in it and removes its socket. */
  close(): Promise<void>;
}

/** Starts a tmux server that reads no configuration. Its first window runs `command`, or a shell that reads none either. */
export async function privateTmux(
  options: { command?: string[]; columns?: number; rows?: number } = {},
): Promise<PrivateTmux> {
  const { command = ['bash', '--norc', '--noprofile'], columns = 80, rows = 24 } = options;
  const name = `tmo-test-${process.pid}-${randomBytes(4).toString('hex')}`;
  const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
  const run = async (...words: string[]) => {
    const { stdout } = await execa('tmux', ['-u', '-L', name, '-f', '/dev/null', ...words], {
      env,
      extendEnv: false,
      timeout: PATIENCE_MS,
    });
    return stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  // Set in the same breath: what ends at once must leave its pane behind too.
  await run('new-session', '-d', ...size, ...command, ';', 'set-option', '-g', 'remain-on-exit', 'on');
  const [pid = '', socketPath = ''] = (await run('display-message', '-p', '#{pid} #{socket_path}')).split(
    ' ',
  );
  const close = async () => {
    await run('kill-server').catch(() => undefined);
    await until(() => !isRunning(Number(pid)));
    await rm(socketPath, { force: true });
  };
  return { name, socketPath, pid: Number(pid), run, close };
}
