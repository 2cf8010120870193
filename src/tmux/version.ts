import { execa } from 'execa';
import { OrchestratorError } from '../base/errors.ts';
import { clientEnvironment } from './socket.ts';
import { COMMAND_TIME_LIMIT_MS, tmuxMissing } from './spawned.ts';

/** Oldest tmux that has what we rely on: `-N`, client flags, `-E`, `pane_dead_signal`. */
const OLDEST: readonly [major: number, minor: number] = [3, 2];

/** Asks the program for its version and refuses one that is too old. Returns for example `3.3a`. */
export async function readTmuxVersion(program: string): Promise<string> {
  const result = await execa(program, ['-V'], {
    env: clientEnvironment(process.env),
    extendEnv: false,
    timeout: COMMAND_TIME_LIMIT_MS,
    reject: false,
  });
  if (result.failed) throw tmuxMissing(program, result);
  const version = result.stdout.replace(/^tmux /, '').trim();
  checkTmuxVersion(version);
  return version;
}

/** Takes `3.3a`, `next-3.6`, `openbsd-7.5` and `master`; refuses what is known to be older than 3.2. */
export function checkTmuxVersion(version: string): void {
  const match = /^(?:next-)?(\d+)\.(\d+)/.exec(version);
  if (match === null) return;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new OrchestratorError(
    'TMUX_TOO_OLD',
    `tmux ${version} is too old: ${OLDEST.join('.')} or later is needed`,
    {
      hint: 'upgrade tmux, or set tmux.program in config.yaml to a newer one',
    },
  );
}
