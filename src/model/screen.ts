import { type Cell, readStyledRows } from './style.ts';

/** A terminal screen as tmux rendered it. */
export interface Screen {
  columns: number;
  rowsMax: number;
  /** Rows from the top, without trailing blanks; blank rows at the bottom are left out. */
  rows: readonly string[];
  /** The same rows with their colours, where somebody asked tmux for them. */
  cells?: readonly (readonly Cell[])[];
  /** Column and row of the cursor, from 0. */
  cursor: readonly [column: number, row: number];
  cursorVisible: boolean;
  alternate: boolean;
}

interface ScreenSource {
  size: readonly [columns: number, rows: number];
  text: string;
  /** Output of `capture-pane -e`. */
  ansi?: string;
  cursor: readonly [number, number];
  cursorVisible: boolean;
  alternate: boolean;
}

/** Builds a screen from captured text. No-break spaces become spaces, as every rule wants them. */
export function readScreen(source: ScreenSource): Screen {
  const rows = source.text.split('\n').map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
  while (rows.length > 0 && rows.at(-1) === '') rows.pop();
  const screen: Screen = {
    columns: source.size[0],
    rowsMax: source.size[1],
    rows,
    cursor: source.cursor,
    cursorVisible: source.cursorVisible,
    alternate: source.alternate,
  };
  if (source.ansi !== undefined) screen.cells = readStyledRows(source.ansi);
  return screen;
}
