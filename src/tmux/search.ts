import { lost, wrapLoss } from './look.ts';
import { command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/**
 * A format: the first row, from 1, that holds a text; 0 where none does. Letters, digits and blanks are looked for as they are, every other
 * character, which might mean something to a format or a pattern, as any one.
 */
export function rowWith(text: string): string {
  return `#{C:${text.replace(/[^A-Za-z0-9 ]/gu, '?')}}`;
}

/**
 * The same for a text behind `left`, with which its row begins; after it neither letters nor digits come: a frame may. A blank of `left` may be
 * one of a frame or any other sort: rows come to us without blanks at their end.
 */
export function rowOf(left: string, text: string): string {
  const before = left.split(' ').map(expressionOf).join(NO_WORD);
  return `#{C/r:^${before}${expressionOf(text)}${NO_WORD}*$}`;
}

/** A character of a frame, a prompt glyph or a blank. */
const NO_WORD = '[^A-Za-z0-9]';
/** What a bracket expression, a format or tmux's own syntax could take for something else. */
const MEANINGFUL = /[[\]^\\#,:{}%\u0000-\u001f]/u;

/** A regular expression, without what would end a format. */
function expressionOf(text: string): string {
  return Array.from(text, (character) => {
    if (/[A-Za-z0-9 ]/.test(character) || character > '\u007f') return character;
    return MEANINGFUL.test(character) ? '.' : `[${character}]`;
  }).join('');
}

/** Where on a screen a text stands, and the cursor. Columns and rows from 0. */
export interface TextPlace {
  cursor: readonly [column: number, row: number];
  /** First row that holds the text; null where none does. */
  row: number | null;
}

/** Has tmux look for a text, without sending us the screen. Fails with `NOT_FOUND` where the pane has gone. */
export async function findText(server: TmuxServer, pane: PaneId, text: string): Promise<TextPlace> {
  const format = `#{pane_id} #{cursor_x} #{cursor_y} ${rowWith(text)}`;
  const [lines] = await server
    .run([command('display-message', '-p', '-t', pane, format)], { linesMin: () => 1 })
    .catch((error: unknown) => {
      throw wrapLoss(error, pane);
    });
  const [id, column, row, found] = (lines?.[0] ?? '').split(' ');
  if (id !== pane) throw lost(pane);
  return { cursor: [Number(column), Number(row)], row: Number(found) > 0 ? Number(found) - 1 : null };
}
