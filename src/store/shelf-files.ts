import { join } from 'node:path';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { cleanLine } from '../base/text.ts';
import { checkName } from '../model/agent-name.ts';
import type { RestrictedField } from '../model/restricted-field.ts';
import { type OpenFolder, type SafeText, useFolder } from './safe-read.ts';
import type { Found, ShelfEntry, ShelfSource } from './shelf.ts';

/** Folders of a project's own files lie in here. */
export const PROJECT_FOLDER = '.tmux-orchestrator';

/** What roles and teams have in common: named files in folders, of which the later ones win. */
export interface ShelfFormat<T extends { name: string; description: string }> {
  noun: 'role' | 'team';
  folder: 'roles' | 'teams';
  extension: '.md' | '.yaml';
  /** Throws `INVALID` that names file, line and field. */
  parse(path: string, text: string): T;
  findRestricted(value: T): RestrictedField[];
  /** What is left of it in a project's file that is not trusted. */
  withoutRestricted(value: T): T;
}

interface ShelfFolders {
  /** The program's own: holds `roles` and `teams`. */
  shipped: string;
  /** The user's configuration directory. */
  config: string;
  /** The project whose own files count too. */
  project?: string | undefined;
  uid: number;
}

export interface ShelfOptions {
  folders: ShelfFolders;
  /** Whether the user trusted a project's file as it is. */
  isTrusted(path: string, hash: string): boolean;
}

/** One line for each name, sorted; what cannot be used is in it with its problem. */
export function listShelf<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  options: ShelfOptions,
): ShelfEntry[] {
  const entries = placesOf(format, options.folders).flatMap((place) => listPlace(format, options, place));
  const winners = new Map(entries.map((entry) => [entry.name, entry]));
  return [...winners.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The winner of a name. Throws `INVALID` for what is no name, `NOT_FOUND`, and what is wrong with the winner: a file that cannot be used
 * does not let an earlier one of the same name pass for it.
 */
export function findOnShelf<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  options: ShelfOptions,
  name: string,
): Found<T> {
  checkName(name, 'name');
  for (const place of placesOf(format, options.folders).reverse()) {
    const found = useFolder(place, (folder) => {
      const file = listFiles(folder, format).find((one) => nameOf(one, format) === name);
      return file === undefined ? undefined : readEntry(format, options, { place, folder, file });
    });
    if (found !== undefined) return found;
  }
  throw notFound(format, options, name);
}

/** Throws `REFUSED` where a project's file that is not trusted sets what only a trusted one may. */
export function refuseUntrusted<T>({ refused, entry }: Found<T>): void {
  const [field] = refused;
  if (field === undefined) return;
  throw new OrchestratorError(
    'REFUSED',
    `${cleanLine(entry.path)} sets ${refused.join(', ')} and is not trusted`,
    {
      field,
      hint: trustHint(entry.path),
    },
  );
}

/** The next step for a file whose fields were refused. */
export function trustHint(path: string): string {
  return `look at it, then: tmux-orchestrator trust ${cleanLine(path, 4_096)}`;
}

/** What names of such files look like. */
export function filePattern({ extension }: Pick<ShelfFormat<never>, 'extension'>): RegExp {
  return extension === '.md' ? /^[a-z0-9][a-z0-9_-]{0,63}\.md$/ : /^[a-z0-9][a-z0-9_-]{0,63}\.yaml$/;
}

interface Place {
  source: ShelfSource;
  folder: string;
  root: string;
  uid: number | undefined;
}

function placesOf(format: Pick<ShelfFormat<never>, 'folder'>, folders: ShelfFolders): Place[] {
  const { shipped, config, project, uid } = folders;
  const at = (source: ShelfSource, root: string, ...between: string[]): Place => ({
    ...{ source, root, uid: source === 'shipped' ? undefined : uid },
    folder: join(root, ...between, format.folder),
  });
  return [
    at('shipped', shipped),
    at('user', config),
    ...(project === undefined ? [] : [at('project', project, PROJECT_FOLDER)]),
  ];
}

function listFiles<T extends { name: string; description: string }>(
  folder: OpenFolder,
  format: ShelfFormat<T>,
) {
  return folder.list(filePattern(format));
}

function nameOf(file: string, { extension }: { extension: string }): string {
  return file.slice(0, -extension.length);
}

/** The worker does nothing else meanwhile, and a project may hold anything. */
const LIST_TIME_MAX_MS = 500;

/** A folder that cannot be used is one line, under a name that no file can have. */
function listPlace<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  options: ShelfOptions,
  place: Place,
): ShelfEntry[] {
  const broken = (name: string, path: string, error: unknown): ShelfEntry => ({
    ...{ name, description: '', source: place.source, path, trusted: place.source !== 'project' },
    problem: cleanLine(messageOf(error), 500),
  });
  try {
    const deadline = performance.now() + LIST_TIME_MAX_MS;
    const entries = useFolder(place, (folder) =>
      listFiles(folder, format).map((file) => {
        try {
          if (performance.now() > deadline)
            throw new OrchestratorError('LIMIT', 'the files before it took too long');
          return readEntry(format, options, { place, folder, file }).entry;
        } catch (error) {
          return broken(nameOf(file, format), join(folder.path, file), error);
        }
      }),
    );
    return entries ?? [];
  } catch (error) {
    return [broken(`(${place.source})`, place.folder, error)];
  }
}

function readEntry<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  { isTrusted }: ShelfOptions,
  { place, folder, file }: { place: Place; folder: OpenFolder; file: string },
): Found<T> {
  const path = join(folder.path, file);
  const { text, hash } = folder.read(file);
  const value = parseNamed(format, path, { text, hash }, nameOf(file, format));
  const trusted = place.source !== 'project' || isTrusted(path, hash);
  const refused = trusted ? [] : format.findRestricted(value).map(({ field }) => field);
  const entry = {
    ...{
      name: value.name,
      description: cleanLine(value.description, 500),
      source: place.source,
      path,
      trusted,
    },
    problem: null,
  };
  return { value: refused.length === 0 ? value : format.withoutRestricted(value), entry, refused };
}

/** A file that calls itself otherwise than it is called would be found under one name and act under another. */
export function parseNamed<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  path: string,
  { text }: SafeText,
  name: string,
): T {
  const value = format.parse(path, text);
  if (value.name === name) return value;
  throw new OrchestratorError(
    'INVALID',
    `${cleanLine(path)}: name is ${value.name}, but the file is called ${name}`,
    {
      field: 'name',
      hint: 'let both be the same',
    },
  );
}

function notFound<T extends { name: string; description: string }>(
  format: ShelfFormat<T>,
  options: ShelfOptions,
  name: string,
): OrchestratorError {
  const near = findNearMiss(
    name,
    listShelf(format, options).map((entry) => entry.name),
  );
  return new OrchestratorError('NOT_FOUND', `there is no ${format.noun} ${name}`, {
    field: 'name',
    hint:
      near === undefined ? `see all with: tmux-orchestrator ${format.noun} list` : `did you mean ${near}?`,
  });
}
