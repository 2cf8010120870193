import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeSignal } from '../../model/observation.ts';

/** Real files are 400 to 600 bytes; anything far larger is not ours to read at every look. */
const SIZE_MAX_BYTES = 16_384;

/** `O_NONBLOCK` so that a pipe put in the file's place cannot hold the worker up. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The form of `permission prompt`, `input needed`, `dialog open`; anything else is left out. */
const WORD = /^[a-z][a-z _-]{0,39}$/u;

/** Words that 2.1.197 and 2.1.330 were seen to write; any other says nothing. */
const STATUSES: ReadonlySet<string> = new Set(['idle', 'busy', 'waiting', 'shell']);

/**
 * What Claude Code itself says it is doing, from `sessions/PID.json` below its configuration directory.
 * Nothing where there is no such file, where it is not readable JSON, or where it is about another
 * process: `kill -9` leaves the file behind, and the pid may be taken again. `startTime` is field 22 of
 * `/proc/PID/stat`; Claude writes the same number, as text, into `procStart`.
 */
export function readClaudeSession(source: {
  configDirectory: string;
  pid: number;
  startTime: string;
}): NativeSignal | undefined {
  const text = readSmallFile(join(source.configDirectory, 'sessions', `${source.pid}.json`));
  const session = text === undefined ? undefined : parseObject(text);
  if (session === undefined || !isAbout(session, source)) return undefined;
  return signalOf(session);
}

function readSmallFile(path: string): string | undefined {
  // Asked at every look: a missing file must not cost an exception.
  if (!existsSync(path)) return undefined;
  let file: number | undefined;
  try {
    file = openSync(path, FLAGS);
    return readWhole(file);
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The text of a regular file of bounded size. One byte of room tells a file that has grown since. */
function readWhole(file: number): string | undefined {
  const stat = fstatSync(file);
  if (!stat.isFile() || stat.size > SIZE_MAX_BYTES) return undefined;
  const buffer = Buffer.allocUnsafe(SIZE_MAX_BYTES + 1);
  const length = readSync(file, buffer, 0, buffer.length, 0);
  return length > SIZE_MAX_BYTES ? undefined : buffer.toString('utf8', 0, length);
}

/** Every failure of the file system (gone, a symlink, no leave, a disk's fault) means the same: no word. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    // Claude writes the file in place, so a reader can meet half of it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAbout(
  session: Readonly<Record<string, unknown>>,
  source: { pid: number; startTime: string },
): boolean {
  const { procStart } = session;
  const start = typeof procStart === 'number' ? String(procStart) : procStart;
  return session.pid === source.pid && source.startTime !== '' && start === source.startTime;
}

function signalOf(session: Readonly<Record<string, unknown>>): NativeSignal | undefined {
  const { status, waitingFor, version, sessionId } = session;
  if (typeof status !== 'string' || !STATUSES.has(status)) return undefined;
  const signal: NativeSignal = { source: 'claude-session-file', status };
  if (typeof waitingFor === 'string' && WORD.test(waitingFor)) signal.detail = waitingFor;
  if (isShort(version)) signal.version = version;
  if (isShort(sessionId)) signal.sessionId = sessionId;
  return signal;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}
