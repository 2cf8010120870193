import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../base/errors.ts';
import { type Message, MessageSchema } from '../model/message.ts';
import { syncDirectory, writeWhole } from './atomic-file.ts';

/** The folders a message passes through, the last one first: of a message that a crash left in two of them the first found counts. */
export const STAGES = ['done', 'cur', 'new'] as const;

export type Stage = (typeof STAGES)[number];

/** A text of a million characters, each written as `\uXXXX`, twice over. */
const BYTES_MAX = 16_777_216;
const FILE = /^([0-9a-hjkmnp-tv-z]{10})\.json$/;

/** The id in a file's name, or nothing where it is no name of ours. */
export function idOf(file: string): string | undefined {
  return FILE.exec(file)?.[1];
}

/** Path of a message's file. The id becomes part of a path, so it is checked here whatever others did before. */
export function pathOf(folder: string, stage: Stage | 'tmp', id: string): string {
  const file = `${id}.json`;
  if (idOf(file) === undefined) throw new Error(`${JSON.stringify(id)} is no id of a message`);
  return join(folder, stage, file);
}

/** Where the message lies, or nothing. */
export function findStage(folder: string, id: string): Stage | undefined {
  return STAGES.find((stage) => existsSync(pathOf(folder, stage, id)));
}

/** Puts the whole message into a stage, in place of what is there. On an error nothing of it is left in `tmp`. */
export function writeMessage(folder: string, stage: Stage, message: Message): void {
  const temporary = pathOf(folder, 'tmp', message.id);
  try {
    writeWhole(temporary, `${JSON.stringify(message)}\n`, { durable: true });
    renameSync(temporary, pathOf(folder, stage, message.id));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(join(folder, stage));
}

/** Reads one back; nothing where it is no regular file, cannot be understood, or says another id than its name. */
export function readMessage(folder: string, stage: Stage, id: string): Message | undefined {
  const text = readText(pathOf(folder, stage, id));
  const result = MessageSchema.safeParse(text === undefined ? undefined : parseJson(text));
  return result.success && result.data.id === id ? result.data : undefined;
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Neither links nor pipes are followed or waited for. */
function readText(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (hasErrorCode(error, 'ELOOP', 'ENXIO')) return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() && stats.size <= BYTES_MAX ? readFileSync(descriptor, 'utf8') : undefined;
  } finally {
    closeSync(descriptor);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
