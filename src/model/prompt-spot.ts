import type { Profile } from './profile.ts';
import { findPrompt, stripGutter } from './prompt-text.ts';
import type { Screen } from './screen.ts';

/** Where an empty prompt takes a text. Columns and rows from 0. */
export interface PromptSpot {
  /** The first character of the text goes where the cursor stands. */
  cursor: readonly [column: number, row: number];
  /** What stands left of the cursor: frame and prompt glyph. */
  left: string;
  /** Width of the whole screen. */
  columns: number;
}

/** The spot in a prompt that was judged to be empty; null where the cursor stands elsewhere. */
export function findPromptSpot(screen: Screen, profile: Profile): PromptSpot | null {
  const prompt = findPrompt(screen, profile);
  const [column, row] = screen.cursor;
  const line = prompt?.rows[row - prompt.top];
  if (line === undefined || stripGutter(line.slice(0, column), profile).trim() !== '') return null;
  return { cursor: screen.cursor, left: line.slice(0, column).padEnd(column), columns: screen.columns };
}

/** Columns at the right end of a prompt that may be its frame, or kept free for the cursor. */
const MARGIN = 4;
/** The envelope of a message and its text. */
const LINES = 2;
/** Characters of one column each, on every terminal. */
const PLAIN_LINE = /^[\u0020-\u007e·]+$/u;

/** The two lines of a text that takes one row for each of them in a prompt that begins at the spot; null for every other text. */
export function layOut(rendered: string, { cursor, columns }: PromptSpot): readonly [string, string] | null {
  const [first = '', last = '', ...more] = rendered.split('\n');
  const fits = (line: string) => PLAIN_LINE.test(line) && cursor[0] + line.length + MARGIN <= columns;
  return more.length === 0 && fits(first) && fits(last) ? [first, last] : null;
}

/**
 * Whether such a text went from the prompt into the conversation: the cursor stands in the column where a prompt begins, and the first line
 * of the text (in `row`, null where it is not to be seen) three rows above it or more. Two rows above it would be the prompt, with a line
 * break more: some CLIs take an early Enter for one.
 */
export function hasLeftPrompt(
  { cursor, row }: { cursor: readonly [column: number, row: number]; row: number | null },
  spot: PromptSpot,
): boolean {
  return row !== null && cursor[0] === spot.cursor[0] && cursor[1] > row + LINES;
}
