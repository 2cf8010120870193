import { readFileSync } from 'node:fs';
import { hasErrorCode } from '../base/errors.ts';

const LINE_FEED = 0x0a;

/**
 * The lines of a journal and its older files, newest first. One file of at most its rotation size is in memory at a time, and only lines
 * that are asked for are decoded. `from`: begins with the newest line that begins so; there are none where no line does.
 */
export function* readLinesBackwards(path: string, filesMax: number, from = ''): Generator<string> {
  let found = from === '';
  for (let i = 0; i <= filesMax; i++) {
    const bytes = read(i === 0 ? path : `${path}.${i}`);
    const start = found ? bytes.length : findEnd(bytes, from);
    found ||= start > 0;
    for (let end = start; end > 0; ) {
      const before = bytes.lastIndexOf(LINE_FEED, end - 1);
      if (before + 1 < end) yield bytes.toString('utf8', before + 1, end);
      end = before;
    }
  }
}

/** Where the last line ends that begins so; 0 where none does. */
function findEnd(bytes: Buffer, from: string): number {
  const start = bytes.lastIndexOf(`\n${from}`) + 1;
  if (start === 0 && !bytes.subarray(0, from.length).equals(Buffer.from(from))) return 0;
  const end = bytes.indexOf(LINE_FEED, start);
  return end < 0 ? bytes.length : end;
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  }
}
