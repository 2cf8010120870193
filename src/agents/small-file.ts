import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Real ones are 300 to 600 bytes; anything far larger is not ours to read at every look. */
const SIZE_MAX_BYTES = 16_384;

/** `O_NONBLOCK` so that a pipe put in the file's place cannot hold the worker up. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The JSON object in a small regular file that a CLI keeps about itself; nothing where there is none, or none that is whole. */
export function readSmallObject(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readSmallFile(path);
  return text === undefined ? undefined : parseObject(text);
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
export function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Nothing where the text is no JSON, or the JSON no object: CLIs write in place, so a reader can meet half of it. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether this may become a word of a command line: UUIDs and the like, never an option. */
export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-z][\w-]{7,99}$/iu.test(value);
}
