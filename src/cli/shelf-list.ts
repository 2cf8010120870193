import { cleanLine } from '../base/text.ts';
import type { ShelfEntry } from '../store/shelf.ts';
import { layColumns } from './column-layout.ts';
import { shortenHome } from './status-table.ts';

/** Roles or teams, one a line: name, where from, what for. What cannot be used says why. */
export function layShelf(entries: readonly ShelfEntry[]): string[] {
  return layColumns(
    entries.map(({ name, source, trusted, description, problem }) => [
      cleanLine(name, 64),
      trusted || problem !== null ? source : `${source}, not trusted`,
      problem === null ? cleanLine(description, 500) : `cannot be used: ${cleanLine(problem, 500)}`,
    ]),
  );
}

/** What does not count in a file of a project, and the next step. */
export function describeRefused(refused: readonly string[], { path }: ShelfEntry): string | undefined {
  if (refused.length === 0) return undefined;
  return `not trusted, so these do not count: ${refused.join(', ')}. Look at it, then: tmux-orchestrator trust ${cleanLine(path, 4_096)}`;
}

export function layPath({ path, source }: ShelfEntry, home: string): string {
  return `${shortenHome(cleanLine(path, 4_096), home)} (${source})`;
}
