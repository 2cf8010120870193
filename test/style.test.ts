import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** The rooms from bottom to top; a room may import itself and those below. `tmux`, `store` and `host` stand side by side. */
const RANKS: Readonly<Record<string, number>> = {
  base: 0,
  model: 1,
  tmux: 2,
  store: 2,
  host: 2,
  agents: 3,
  core: 4,
  operations: 5,
  'stand-in': 5,
  mcp: 6,
  api: 7,
  worker: 8,
  cli: 9,
};

/** The rooms that may start processes. */
const STARTERS = ['tmux', 'host', 'store'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

function findImports(path: string): string[] {
  const text = readFileSync(join(SRC, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map((match) => match[1] ?? '');
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

describe.each(files)('%s', (path) => {
  const room = roomOf(path);

  it('imports only from its own room and those below', () => {
    const upward = findImports(path)
      .filter((target) => target.startsWith('.'))
      .map((target) => roomOf(relative(SRC, join(SRC, dirname(path), target))))
      .filter((target) => target !== room && !mayImport(room, target));
    expect(upward).toEqual([]);
  });

  it('starts no process unless that is its business', () => {
    const starts = findImports(path).some((target) =>
      ['execa', 'child_process', 'node:child_process'].includes(target),
    );
    expect(starts && !STARTERS.includes(room)).toBe(false);
  });

  it('is short enough to be read at one sitting', () => {
    expect(readFileSync(join(SRC, path), 'utf8').split('\n').length).toBeLessThanOrEqual(301);
  });
});

function mayImport(room: string, target: string): boolean {
  const [own, other] = [RANKS[room], RANKS[target]];
  return own !== undefined && other !== undefined && other < own;
}
