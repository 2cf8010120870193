import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkPrivateDirectory,
  type Directories,
  findDirectories,
  surroundings,
} from '../store/directories.ts';
import type { NameKind } from './command-tree.ts';

/** A stalled disk must not hold up the user's shell. */
const TIME_LIMIT_MS = 200;

/** Shells expand what they are given to complete, `$(…)` and all: only plain words may reach them. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Where a file stands for each of them. */
const FOLDERS: Readonly<Record<NameKind, readonly [directory: keyof Directories, folder: string]>> = {
  agents: ['runtime', 'agents'],
  schedules: ['state', 'schedules'],
};

/** Prints all names of this kind by the names of their files. Silent on any failure, and about what is no kind. */
export async function listNames(kind: string): Promise<void> {
  const timer = setTimeout(() => process.exit(0), TIME_LIMIT_MS);
  try {
    const around = surroundings();
    const [directory, folder] = FOLDERS[kind as NameKind];
    const path = findDirectories(around)[directory];
    checkPrivateDirectory(path, around.uid);
    const files = await readdir(join(path, folder));
    const names = files
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));
    for (const name of names.filter((one) => PLAIN_NAME.test(one))) process.stdout.write(`${name}\n`);
  } catch {
    // A shell has nowhere to show a message.
  } finally {
    clearTimeout(timer);
  }
}
