import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program.ts';

/** Where systemd-logind keeps who lingers: a file for each user. */
const LINGER_FOLDER = '/var/lib/systemd/linger';
const TIME_LIMIT_MS = 5_000;

/**
 * Whether the user's manager, and with it the worker and the tmux servers that it started, lives on after the last logout.
 * Without a session logind knows nothing of a user and its own file counts.
 */
export async function readLinger(user: string): Promise<boolean> {
  const words = ['loginctl', 'show-user', user, '--property=Linger', '--value'] as const;
  const { exitCode, stdout } = await runProgram([...words], TIME_LIMIT_MS);
  const answer = exitCode === 0 ? stdout.trim() : '';
  if (answer === 'yes' || answer === 'no') return answer === 'yes';
  return existsSync(join(LINGER_FOLDER, user));
}

/** What to say where it is off. polkit lets users do it for themselves; where there is none root must. */
export function describeLingerOff(user: string): { warning: string; remedy: string } {
  return {
    warning:
      'lingering is off: at your last logout systemd ends the worker and every tmux server it started, with its agents',
    remedy: `loginctl enable-linger    (if access is denied: sudo loginctl enable-linger ${user})`,
  };
}
