import { execa } from 'execa';
import { OrchestratorError } from '../base/errors.ts';
import { lost, wrapLoss } from './look.ts';
import type { PaneId } from './quoting.ts';
import { runTmux, type TmuxProgram } from './spawned.ts';
import type { PaneIdentity } from './spawned-look.ts';

const FORMAT = '#{pid} #{start_time} #{pane_pid} #{session_id}';

/**
 * Brings a person's terminal to a pane: inside a client of the same server by switching it, elsewhere by a client of its own, whose exit
 * code comes back when the person leaves it. Fails with `NOT_FOUND` where the pane has gone or is another one by now.
 */
export async function attachToPane(
  tmux: TmuxProgram,
  pane: PaneId,
  expected: PaneIdentity,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const session = await findSession(tmux, pane, expected);
  await runTmux(tmux, ['select-window', '-t', pane, ';', 'select-pane', '-t', pane]);
  const words = isInside(env, tmux, expected)
    ? ['switch-client', '-t', pane]
    : ['attach-session', '-t', session];
  const { exitCode, cause } = await execa(tmux.program, ['-N', ...tmux.address.arguments, ...words], {
    stdio: 'inherit',
    reject: false,
    env,
    extendEnv: false,
  });
  if (exitCode !== undefined) return exitCode;
  throw new OrchestratorError('TMUX', `tmux ${words[0] ?? ''} ended without an exit code`, { cause });
}

/** The session that shows the pane, if it is still the expected one. */
async function findSession(tmux: TmuxProgram, pane: PaneId, expected: PaneIdentity): Promise<string> {
  const output = await runTmux(tmux, ['display-message', '-p', '-t', pane, FORMAT]).catch(
    (error: unknown) => {
      throw wrapLoss(error, pane);
    },
  );
  const { serverPid, serverStartTime, panePid } = expected;
  const [pid, startTime, first, session = ''] = output.trim().split(' ');
  const same =
    Number(pid) === serverPid && Number(startTime) === serverStartTime && Number(first) === panePid;
  if (!same || !/^\$\d+$/.test(session)) throw lost(pane);
  return session;
}

/** `$TMUX` is socket, pid of the server and session, parted by commas. */
function isInside(
  { TMUX }: NodeJS.ProcessEnv,
  { address }: TmuxProgram,
  { serverPid }: PaneIdentity,
): boolean {
  const match = /^(.+),(\d+),\d+$/.exec(TMUX ?? '');
  return match?.[1] === address.path && Number(match[2]) === serverPid;
}
