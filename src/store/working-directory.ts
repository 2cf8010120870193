import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { messageOf, OrchestratorError } from '../base/errors.ts';

const CONTROLS = /[\u0000-\u001f\u007f]/;

/** Checks where an agent shall work and gives the real path. Throws `INVALID`, field `directory`. */
export function checkWorkingDirectory(path: string, roots: readonly string[]): string {
  if (!path.startsWith('/')) throw refuse(path, 'it is not absolute', 'give the whole path');
  if (CONTROLS.test(path)) throw refuse(path, 'it holds control characters', 'rename it');
  let real: string;
  try {
    real = realpathSync(path);
    if (!statSync(real).isDirectory()) throw new Error('it is no directory');
    accessSync(real, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw refuse(path, messageOf(error).split(',')[0] ?? '', 'create it, or name another');
  }
  if (CONTROLS.test(real)) throw refuse(path, 'it leads to a name with control characters', 'rename that');
  if (roots.length > 0 && !roots.some((root) => isBelow(real, root))) {
    throw refuse(path, `it is not below ${roots.join(' or ')}`, 'see agents.roots in config.yaml');
  }
  return real;
}

function isBelow(path: string, root: string): boolean {
  try {
    const way = relative(realpathSync(root), path);
    return way === '' || (!way.startsWith('..') && !way.startsWith('/'));
  } catch {
    return false;
  }
}

function refuse(path: string, why: string, hint: string): OrchestratorError {
  return new OrchestratorError(
    'INVALID',
    `working directory ${JSON.stringify(path.slice(0, 200))} cannot be used: ${why}`,
    {
      field: 'directory',
      hint,
    },
  );
}
