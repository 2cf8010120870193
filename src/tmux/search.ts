import { lost, wrapLoss } from './look.ts';
import { command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/**
 * A format: the first row, from 1, that holds a text; 0 where none does. Letters, digits and blanks are looked for as they are, every other
 * character, which might mean something to a format or a pattern, as any one.
 */
export function rowOf(text: string): string {
  return `#{C:${text.replace(/[^A-Za-z0-9 ]/gu, '?')}}`;
}

/** Where on a screen a word stands, and the cursor. Columns and rows from 0. */
export interface WordPlace {
  cursor: readonly [column: number, row: number];
  /** First row that holds the word; null where none does. */
  row: number | null;
}

/** Has tmux look for a word, without sending us the screen. Fails with `NOT_FOUND` where the pane has gone. */
export async function findWord(server: TmuxServer, pane: PaneId, word: string): Promise<WordPlace> {
  const format = `#{pane_id} #{cursor_x} #{cursor_y} ${rowOf(word)}`;
  const [lines] = await server
    .run([command('display-message', '-p', '-t', pane, format)], { linesMin: () => 1 })
    .catch((error: unknown) => {
      throw wrapLoss(error, pane);
    });
  const [id, column, row, found] = (lines?.[0] ?? '').split(' ');
  if (id !== pane) throw lost(pane);
  return { cursor: [Number(column), Number(row)], row: Number(found) > 0 ? Number(found) - 1 : null };
}
