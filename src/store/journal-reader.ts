import { closeSync, constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { hasErrorCode } from '../base/errors.ts';
import type { Event } from '../model/event.ts';

/** No journal has more old files; see `journal.filesMax`. */
const FILES_MAX = 100;
const { O_NOFOLLOW, O_RDONLY } = constants;

/**
 * All events that are kept, oldest first, rotated files included. Every file is opened at once, so that a rotation meanwhile loses nothing;
 * of the texts one line at a time is held. Lines that a crash has cut are left out.
 */
export async function* readJournal(path: string): AsyncGenerator<Event> {
  const open = openAll(path);
  try {
    for (let file = open.shift(); file !== undefined; file = open.shift()) yield* readFile(file);
  } finally {
    for (const { descriptor } of open) closeSync(descriptor);
  }
}

interface OpenFile {
  descriptor: number;
  bytes: number;
}

function openAll(path: string): OpenFile[] {
  const files: OpenFile[] = [];
  for (let i = 0; i <= FILES_MAX; i++) {
    const file = openIfThere(i === 0 ? path : `${path}.${i}`);
    if (file !== undefined) files.unshift(file);
    else if (i > 0) break;
  }
  return files;
}

function openIfThere(path: string): OpenFile | undefined {
  try {
    const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW);
    return { descriptor, bytes: fstatSync(descriptor).size };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function* readFile({ descriptor, bytes }: OpenFile): AsyncGenerator<Event> {
  if (bytes === 0) {
    closeSync(descriptor);
    return;
  }
  // What is appended meanwhile happened after the question.
  const input = createReadStream('', { fd: descriptor, start: 0, end: bytes - 1 });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const event = parseLine(line);
      if (event !== undefined) yield event;
    }
  } finally {
    lines.close();
    input.destroy();
  }
}

/** The worker wrote the whole type: the version is all that must be checked. */
function parseLine(line: string): Event | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const known = typeof value === 'object' && value !== null && 'v' in value && value.v === 1;
    return known && 'type' in value && 'at' in value ? (value as unknown as Event) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
