import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { hasErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';

const BYTES_MAX = 262_144;
const ENTRIES_MAX = 1_000;

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** A folder whose files somebody else may have made, as in a repository that was cloned. */
export interface UntrustedFolder {
  folder: string;
  /** The folder must really lie in here, symbolic links resolved. */
  root: string;
  /** Who may own a file, beside root. Undefined for our own package, whose files a package manager may have made and linked. */
  uid: number | undefined;
}

/** An open folder: what is found through it lies in it, even if it is swapped for another meanwhile. */
export interface OpenFolder {
  /** Its real path. */
  path: string;
  /** Names in it that match, sorted. */
  list(pattern: RegExp): string[];
  /** A file by a name from the list. Throws `REFUSED` with what is wrong with it. */
  read(name: string): SafeText;
}

export interface SafeText {
  text: string;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  hash: string;
}

/** Opens the folder for as long as `use` runs; undefined where there is none. Throws `REFUSED` where it leads out of its root. */
export function useFolder<T>(untrusted: UntrustedFolder, use: (folder: OpenFolder) => T): T | undefined {
  const descriptor = openFolder(untrusted.folder);
  if (descriptor === undefined) return undefined;
  try {
    const anchor = `/proc/self/fd/${descriptor}`;
    const anchored = existsSync(anchor);
    const path = anchored ? readlinkSync(anchor) : realpathSync(untrusted.folder);
    checkInside(path, untrusted);
    const base = anchored ? anchor : path;
    return use({
      path,
      list: (pattern) => listNames(base, path, pattern),
      read: (name) => readIn(base, path, name, untrusted.uid),
    });
  } finally {
    closeSync(descriptor);
  }
}

/** A file that the user named: links are followed, all else is checked the same way. Throws `NOT_FOUND`, `REFUSED`. */
export function readNamedFile(path: string): SafeText {
  try {
    return readOpen(openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY), undefined);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) throw new OrchestratorError('NOT_FOUND', `there is no file ${path}`);
    throw refused(path, reasonOf(error), error);
  }
}

/** Whether a path lies in a directory, or is it. Both real paths. */
export function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

function openFolder(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw refused(path, hasErrorCode(error, 'ENOTDIR') ? 'it is no directory' : messageOf(error), error);
  }
}

function checkInside(path: string, { root, folder }: UntrustedFolder): void {
  if (!isInside(path, realpathSync(root))) throw refused(folder, `it leads out of ${root}`);
}

function listNames(base: string, path: string, pattern: RegExp): string[] {
  const names: string[] = [];
  const directory = opendirSync(base);
  try {
    for (let seen = 0, entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (++seen > ENTRIES_MAX) throw refused(path, `it holds more than ${ENTRIES_MAX} files`);
      if (pattern.test(entry.name)) names.push(entry.name);
    }
  } finally {
    directory.closeSync();
  }
  return names.sort();
}

function readIn(base: string, folder: string, name: string, uid: number | undefined): SafeText {
  const links = uid === undefined ? 0 : O_NOFOLLOW;
  try {
    return readOpen(openSync(`${base}/${name}`, O_RDONLY | links | O_NONBLOCK | O_NOCTTY), uid);
  } catch (error) {
    throw refused(`${folder}/${name}`, reasonOf(error), error);
  }
}

/** Reads and closes. All checks are made on what is open: the name may mean another file by now. */
function readOpen(descriptor: number, uid: number | undefined): SafeText {
  try {
    checkFile(fstatSync(descriptor), uid);
    const bytes = readBounded(descriptor);
    return { text: decode(bytes), hash: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}

function checkFile(stats: Stats, uid: number | undefined): void {
  if (!stats.isFile()) throw new Unfit(`it is ${kindOf(stats)}`);
  if (uid === undefined) return;
  if (stats.nlink !== 1)
    throw new Unfit(stats.nlink === 0 ? 'it was replaced just now' : 'it has more than one name (hard link)');
  if (stats.uid !== uid && stats.uid !== 0)
    throw new Unfit(`it belongs to user ${stats.uid}, not to ${uid} or root`);
}

/** What is wrong with a file, before its path is known. */
class Unfit extends Error {}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Not by the size that it has: it may grow while it is read. */
function readBounded(descriptor: number): Buffer {
  const buffer = Buffer.alloc(BYTES_MAX + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
  }
  throw new Unfit(`it is larger than ${BYTES_MAX / 1_024} KiB`);
}

function decode(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unfit('it is no valid UTF-8');
  }
  if (text.includes('\0')) throw new Unfit('it holds NUL characters');
  return text;
}

function reasonOf(error: unknown): string {
  if (hasErrorCode(error, 'ELOOP')) return 'it is a symbolic link';
  if (hasErrorCode(error, 'ENXIO')) return 'it is a socket or a device';
  if (hasErrorCode(error, 'ENOENT')) return 'it was removed just now';
  if (hasErrorCode(error, 'EACCES')) return 'it may not be read';
  return messageOf(error);
}

function refused(path: string, why: string, cause?: unknown): OrchestratorError {
  return new OrchestratorError('REFUSED', `${path} cannot be used: ${why}`, {
    hint: 'put a regular file of your own there, without links',
    cause,
  });
}
