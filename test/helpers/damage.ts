import type { Observation } from '../../src/model/observation.ts';
import type { Screen } from '../../src/model/screen.ts';
import type { Cell } from '../../src/model/style.ts';

/** An observation as an unknown version of the CLI might have given it. */
export interface Damaged {
  /** What was done to it, in words. */
  damage: string;
  observation: Observation;
}

const ROWS_DAMAGED_MAX = 12;
const OTHER_GLYPH = '◈';
const GLYPH = /[^\x20-\x7e]/gu;
const WORD = /\p{L}{3,}/gu;

/** Every damage of one observation: to its glyphs, and to the rows and words at the bottom, where the live part of a screen is. */
export function* damageObservation(observation: Observation): Generator<Damaged> {
  yield* damageSigns(observation);
  for (const [damage, screen] of damageScreen(observation.screen)) {
    yield { damage, observation: { ...observation, screen } };
  }
}

function* damageSigns(observation: Observation): Generator<Damaged> {
  const { native: _, ...withoutNative } = observation;
  const { cells: __, ...withoutColours } = observation.screen;
  yield { damage: 'title emptied', observation: { ...observation, title: '' } };
  yield { damage: 'title emptied, native signal gone', observation: { ...withoutNative, title: '' } };
  yield { damage: 'colours dropped', observation: { ...observation, screen: withoutColours } };
}

function* damageScreen(screen: Screen): Generator<[damage: string, screen: Screen]> {
  for (const glyph of new Set(screen.rows.join('').match(GLYPH))) {
    yield [`every ${glyph} removed`, replaceGlyph(screen, glyph, '')];
    yield [`every ${glyph} replaced`, replaceGlyph(screen, glyph, OTHER_GLYPH)];
  }
  for (const index of lastFilledRows(screen)) {
    const row = screen.rows[index] ?? '';
    yield [`row ${index} blanked: ${row.trim()}`, cutFromRow(screen, index, 0, row.length)];
    for (const { 0: word, index: at } of row.matchAll(WORD)) {
      yield [`${word} removed from row ${index}: ${row.trim()}`, cutFromRow(screen, index, at, word.length)];
    }
  }
}

function lastFilledRows({ rows }: Screen): number[] {
  return [...rows.keys()].filter((index) => rows[index] !== '').slice(-ROWS_DAMAGED_MAX);
}

function replaceGlyph(screen: Screen, glyph: string, other: string): Screen {
  const rows = screen.rows.map((row) => row.replaceAll(glyph, other));
  const cells = screen.cells?.map((row) =>
    row.some((cell) => cell.character === glyph)
      ? row.flatMap((cell) => replaceCell(cell, glyph, other))
      : row,
  );
  return rebuild(screen, rows, cells);
}

function replaceCell(cell: Cell, glyph: string, other: string): Cell[] {
  if (cell.character !== glyph) return [cell];
  return other === '' ? [] : [{ ...cell, character: other }];
}

/** Takes characters out of one row; what stands right of them moves left. Offsets are those of the row's text, in UTF-16 units. */
function cutFromRow(screen: Screen, index: number, at: number, length: number): Screen {
  const row = screen.rows[index] ?? '';
  const rows = screen.rows.with(index, row.slice(0, at) + row.slice(at + length));
  const cells = screen.cells?.with(index, cutCells(screen.cells[index] ?? [], at, at + length));
  return rebuild(screen, rows, cells);
}

function cutCells(row: readonly Cell[], from: number, to: number): Cell[] {
  let at = 0;
  return row.filter((cell) => {
    const start = at;
    at += cell.character.length;
    return start < from || start >= to;
  });
}

/** Keeps what `readScreen` promises of a screen: no blanks at the end of a row, no blank rows at the bottom. */
function rebuild(screen: Screen, rows: string[], cells: (readonly Cell[])[] | undefined): Screen {
  const trimmed = rows.map((row) => row.trimEnd());
  while (trimmed.at(-1) === '') trimmed.pop();
  return cells === undefined ? { ...screen, rows: trimmed } : { ...screen, rows: trimmed, cells };
}
