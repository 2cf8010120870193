import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';

const APP = 'tmux-orchestrator';

/** Where things live; see the table in src/README.md. Nothing is created or checked yet. */
export interface Directories {
  /** Live state, gone at reboot. */
  runtime: string;
  /** What outlives a reboot. */
  state: string;
  /** What the user writes. */
  config: string;
}

interface Surroundings {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  uid: number;
  /** The user's home directory. */
  home: string;
}

export function surroundings(): Surroundings {
  return { env: process.env, platform: process.platform, uid: process.getuid?.() ?? 0, home: homedir() };
}

/**
 * The directories of the XDG base directory specification, which ignores relative values. macOS has no runtime directory and its own
 * place for the others; XDG variables count there too when they are set.
 */
export function findDirectories({ env, platform, uid, home }: Surroundings): Directories {
  const support = join(home, 'Library/Application Support');
  const mac = platform === 'darwin';
  const state = absolute(env.XDG_STATE_HOME) ?? (mac ? support : join(home, '.local/state'));
  const config = absolute(env.XDG_CONFIG_HOME) ?? (mac ? support : join(home, '.config'));
  return {
    runtime: findRuntime(env, platform, uid),
    state: join(state, APP),
    config: join(config, APP),
  };
}

/** Without a login session (cron, containers, macOS) there is no runtime directory: a private one below the temporary directory serves. */
function findRuntime(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, uid: number): string {
  const given = absolute(env.XDG_RUNTIME_DIR);
  if (given !== undefined) return join(given, APP);
  const session = `/run/user/${uid}`;
  if (platform === 'linux' && isOurs(session, uid)) return join(session, APP);
  return join(tmpdir(), `${APP}-${uid}`);
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined;
}

function isOurs(path: string, uid: number): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() && stats.uid === uid;
  } catch {
    return false;
  }
}

/**
 * Creates a directory that only its owner may enter, or checks one that is there: a real directory, ours, closed to others.
 * Never changes the mode of something that exists. Throws `DIRECTORY` (exit 78) with the reason.
 */
export function ensurePrivateDirectory(path: string, uid: number): void {
  makeParents(path);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST'))
      throw unusable(path, messageOf(error), 'check the directory above it');
  }
  checkPrivateDirectory(path, uid);
}

/** The same checks for a reader: creates nothing, and a directory that is not there is none to be refused. */
export function checkPrivateDirectory(path: string, uid: number): void {
  const stats = lookAt(path);
  if (stats === undefined) return;
  checkOwn(path, stats, uid);
  if ((stats.mode & 0o077) !== 0) {
    throw unusable(path, `others may enter it (mode ${modeOf(stats)})`, `chmod 700 ${path}`);
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unusable(path, messageOf(error), 'check the directory above it');
  }
}

/** The directories above ours may be open to read; but who may write there could swap ours for another, unless it is sticky. */
export function checkParent(path: string, uid: number): void {
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    throw unusable(path, messageOf(error), 'create it, or set XDG_RUNTIME_DIR to a directory of yours');
  }
  const sticky = (stats.mode & 0o1000) !== 0;
  if (sticky && stats.isDirectory() && (stats.uid === 0 || stats.uid === uid)) return;
  checkOwn(path, stats, uid);
  if ((stats.mode & 0o022) !== 0) {
    throw unusable(path, `others may write to it (mode ${modeOf(stats)})`, `chmod go-w ${path}`);
  }
}

function makeParents(path: string): void {
  const parent = join(path, '..');
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(parent, messageOf(error), 'check its permissions');
  }
}

function checkOwn(path: string, stats: Stats, uid: number): void {
  if (stats.isSymbolicLink()) throw unusable(path, 'it is a symbolic link', `remove it: rm ${path}`);
  if (!stats.isDirectory())
    throw unusable(path, 'it is no directory', `move it away: mv ${path} ${path}.old`);
  if (stats.uid !== uid) {
    throw unusable(
      path,
      `it belongs to user ${stats.uid}, not to ${uid}`,
      'set XDG_RUNTIME_DIR to your own, for example /run/user/$(id -u)',
    );
  }
}

function modeOf(stats: Stats): string {
  return (stats.mode & 0o777).toString(8).padStart(4, '0');
}

function unusable(path: string, why: string, hint: string): OrchestratorError {
  return new OrchestratorError('DIRECTORY', `directory ${path} cannot be used: ${why}`, { hint });
}
