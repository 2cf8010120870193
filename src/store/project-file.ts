import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import type { RestrictedField } from '../model/restricted-field.ts';
import { roleFormat } from './role-files.ts';
import { useFolder } from './safe-read.ts';
import { filePattern, PROJECT_FOLDER, parseNamed, type ShelfFormat } from './shelf-files.ts';
import { teamFormat } from './team-files.ts';

/** A project's role or team file, as a person must see it before it is trusted. */
export interface ProjectFile {
  noun: 'role' | 'team';
  name: string;
  /** Its real path. */
  path: string;
  /** SHA-256 of what it holds. */
  hash: string;
  /** The commands and variables in it. Untrusted text. */
  sets: RestrictedField[];
}

/** `path`: absolute. Throws `INVALID` for a file that is no project's role or team, `NOT_FOUND`, `REFUSED` for one that is no plain file. */
export function inspectProjectFile(path: string, uid: number): ProjectFile {
  return path.endsWith(teamFormat.extension)
    ? inspect(teamFormat, path, uid)
    : inspect(roleFormat, path, uid);
}

/** The folder may be named by way of a link; the file itself may be gone. */
export function realPathOf(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return path;
    throw error;
  }
}

function inspect<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  path: string,
  uid: number,
): ProjectFile {
  const folder = dirname(path);
  const above = dirname(folder);
  const wanted = basename(path);
  if (basename(folder) !== format.folder || basename(above) !== PROJECT_FOLDER) throw notOfProject(path);
  const found = useFolder({ folder, root: dirname(above), uid }, (open) => {
    const file = open.list(filePattern(format)).find((one) => one === wanted);
    if (file === undefined) return undefined;
    const whole = open.read(file);
    const value = parseNamed(format, path, whole, file.slice(0, -format.extension.length));
    return {
      ...{ noun: format.noun, name: value.name, path: join(open.path, file), hash: whole.hash },
      sets: format.findRestricted(value),
    };
  });
  if (found !== undefined) return found;
  throw new OrchestratorError('NOT_FOUND', `there is no ${format.noun} file ${cleanLine(path)}`, {
    field: 'path',
  });
}

function notOfProject(path: string): OrchestratorError {
  return new OrchestratorError('INVALID', `${cleanLine(path)} is no role or team file of a project`, {
    field: 'path',
    hint: `such files are ${PROJECT_FOLDER}/roles/NAME.md and ${PROJECT_FOLDER}/teams/NAME.yaml; all others need no trust`,
  });
}
