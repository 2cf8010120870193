import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { hasErrorCode } from '../../base/errors.ts';
import { type LogLine, readFileLine } from './log-line.ts';

/** A log file is read from its end, no further back than this. */
const BYTES_MAX = 32 * 1024 * 1024;
const POLL_MS = 300;

export interface FileTail {
  lines: LogLine[];
  /** Where reading goes on. */
  position: number;
}

/** The lines at the end of a log file; none where there is no file. */
export function readTail(path: string): FileTail {
  const position = sizeOf(path);
  if (position === 0) return { lines: [], position };
  const from = Math.max(0, position - BYTES_MAX);
  const text = readPart(path, from, position);
  const lines = splitLines(from > 0 ? text.slice(text.indexOf('\n') + 1) : text);
  return { lines: lines.map(readFileLine), position };
}

/** Lines as they are added behind `position`, until the signal. A file that has become shorter was begun anew. */
export async function* followFile(
  path: string,
  position: number,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  let at = position;
  let rest = '';
  while (!signal.aborted) {
    const size = sizeOf(path);
    if (size < at) {
      at = 0;
      rest = '';
    }
    const to = Math.min(size, at + BYTES_MAX);
    const text = rest + (to > at ? readPart(path, at, to) : '');
    at = to;
    rest = text.slice(text.lastIndexOf('\n') + 1);
    for (const line of splitLines(text.slice(0, text.length - rest.length))) yield readFileLine(line);
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readPart(path: string, from: number, to: number): string {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.max(0, Math.min(to, fstatSync(descriptor).size) - from));
      const bytes = readSync(descriptor, buffer, 0, buffer.length, from);
      return buffer.toString('utf8', 0, bytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return '';
    throw error;
  }
}
