import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';

/** Which tmux server, and who said so. */
export interface ServerAddress {
  /** Arguments that lead a tmux client to it. */
  arguments: readonly ['-L', string] | readonly ['-S', string];
  /** Path of its socket. */
  path: string;
  source: 'flag' | 'environment' | 'config' | 'TMUX' | 'default';
}

export interface ServerChoice {
  socketName?: string | undefined;
  socketPath?: string | undefined;
  source: ServerAddress['source'];
}

/** `sun_path` is 108 bytes on Linux and 104 on macOS, with the closing NUL. */
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

/** The first choice that names a server, else that of `$TMUX`, else tmux's own default. */
export function chooseServer(
  choices: readonly ServerChoice[],
  env: NodeJS.ProcessEnv,
  uid: number,
): ServerAddress {
  for (const { socketName, socketPath, source } of choices) {
    if (socketPath !== undefined) return checked({ arguments: ['-S', socketPath], path: socketPath, source });
    if (socketName !== undefined) return checked(named(socketName, source, env, uid));
  }
  const inherited = env.TMUX?.replace(/,\d+,\d+$/, '');
  if (inherited) return checked({ arguments: ['-S', inherited], path: inherited, source: 'TMUX' });
  return checked(named('default', 'default', env, uid));
}

function named(
  name: string,
  source: ServerAddress['source'],
  env: NodeJS.ProcessEnv,
  uid: number,
): ServerAddress {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name === '.' || name === '..') {
    throw new OrchestratorError(
      'CONFIG',
      `tmux socket name ${JSON.stringify(name)} is not a plain file name`,
      {
        hint: 'use letters, digits, dot, dash and underscore, or give a whole path with --socket-path',
      },
    );
  }
  return { arguments: ['-L', name], path: `${env.TMUX_TMPDIR || '/tmp'}/tmux-${uid}/${name}`, source };
}

function checked(address: ServerAddress): ServerAddress {
  const bytes = Buffer.byteLength(address.path);
  if (!address.path.startsWith('/') || address.path.includes('\0')) {
    throw new OrchestratorError(
      'CONFIG',
      `tmux socket path ${JSON.stringify(address.path)} is not absolute`,
      {
        hint: 'give the path from the root, for example /tmp/tmux-1000/default',
      },
    );
  }
  if (bytes > PATH_BYTES_MAX) {
    throw new OrchestratorError(
      'CONFIG',
      `tmux socket path is ${bytes} bytes long, the system allows ${PATH_BYTES_MAX}: ${address.path}`,
      { hint: 'choose a shorter --socket-path, or a shorter TMUX_TMPDIR' },
    );
  }
  return address;
}

/** A socket's path with the links in it resolved, as tmux itself writes it into `$TMUX`. */
export function canonicalSocket(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/**
 * The whole environment of every tmux client we start: built from nothing. A large one was seen to crash the 3.3a server
 * under a churn of sessions, and tmux copies some variables into sessions.
 */
export function clientEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const minimal: Record<string, string> = { TERM: 'dumb', LANG: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME', 'TMUX_TMPDIR']) {
    const value = env[name];
    if (value !== undefined) minimal[name] = value;
  }
  return minimal;
}
