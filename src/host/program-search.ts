import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a profile names in place of a program: the pretended agent that comes with us. */
const STAND_IN = '{stand-in}';

/** The words that start a program: its path, for our own program behind that of node. Undefined where it is not installed. */
export function findProgram(program: string, path: string): [string, ...string[]] | undefined {
  if (program === STAND_IN) {
    return [process.execPath, fileURLToPath(new URL('../stand-in/main.js', import.meta.url))];
  }
  if (program.includes('/')) return isAbsolute(program) && isExecutable(program) ? [program] : undefined;
  const found = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, program))
    .find(isExecutable);
  return found === undefined ? undefined : [found];
}

/** Programs are started through env(1), which would take a path with `=` for a variable. */
function isExecutable(path: string): boolean {
  if (path.includes('=')) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
