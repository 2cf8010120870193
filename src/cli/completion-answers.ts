import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPrivateDirectory, findDirectories, surroundings } from '../store/directories.ts';

/** A stalled disk must not hold up the user's shell. */
const TIME_LIMIT_MS = 200;

/** Shells expand what they are given to complete, `$(…)` and all: only plain words may reach them. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Prints the names of all agents by the names of their files. Silent on any failure. */
export async function listAgentNames(): Promise<void> {
  const timer = setTimeout(() => process.exit(0), TIME_LIMIT_MS);
  try {
    const around = surroundings();
    const { runtime } = findDirectories(around);
    checkPrivateDirectory(runtime, around.uid);
    const files = await readdir(join(runtime, 'agents'));
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
