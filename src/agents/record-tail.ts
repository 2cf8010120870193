import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { isFileError, parseObject } from './small-file.ts';

export type CliRecord = Readonly<Record<string, unknown>>;

/** Records of a day of work can have 100 MB; a turn that leaves more than this behind it is not followed to its end. */
const TAIL_BYTES_MAX = 4 * 1024 * 1024;
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Clocks of files may lag by the tick of the kernel, and by a second on old file systems. */
const CLOCK_SLACK_MS = 2_000;

/**
 * The last records of a file of JSON lines, the first of them first; none where the file is not one of our own below `root`, where
 * nothing was written to it since that time (milliseconds since the epoch), or where `word` does not stand in the part that is read.
 * Lines that are cut or no object are left out.
 */
export function readRecordTail(source: {
  path: string;
  root: string;
  since: number;
  word: string;
}): CliRecord[] {
  const tail = readTail(source);
  if (tail === undefined || !tail.includes(source.word)) return [];
  return tail
    .toString('utf8')
    .split('\n')
    .map((line) => (line === '' ? undefined : parseObject(line)))
    .filter((record) => record !== undefined);
}

function readTail({ path, root, since }: { path: string; root: string; since: number }): Buffer | undefined {
  let file: number | undefined;
  try {
    if (!realpathSync(path).startsWith(realpathSync(root) + sep)) return undefined;
    file = openSync(path, FLAGS);
    const { size, uid, mtimeMs, isFile } = statOf(file);
    if (!isFile || uid !== process.getuid?.() || mtimeMs < since - CLOCK_SLACK_MS) return undefined;
    return readEnd(file, size);
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function statOf(file: number): { size: number; uid: number; mtimeMs: number; isFile: boolean } {
  const stat = fstatSync(file);
  return { size: stat.size, uid: stat.uid, mtimeMs: stat.mtimeMs, isFile: stat.isFile() };
}

/** From the first whole line of the last bytes on. */
function readEnd(file: number, sizeBytes: number): Buffer {
  const start = Math.max(0, sizeBytes - TAIL_BYTES_MAX);
  const buffer = Buffer.allocUnsafe(sizeBytes - start);
  const whole = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start));
  return start === 0 ? whole : whole.subarray(whole.indexOf('\n') + 1);
}
