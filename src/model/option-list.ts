import { widthOf } from '../base/columns.ts';
import { cleanLine } from '../base/text.ts';
import { isGhost } from './ghost.ts';
import type { DialogSpec, Profile } from './profile.ts';
import type { Region } from './region.ts';
import type { Screen } from './screen.ts';

/** An option of a dialog with its place in the region. */
export interface ListedOption {
  /** As printed; else its place, counted from 1. */
  number: number;
  label: string;
  /** Undefined where the colours that tell are not there or contradict themselves. */
  selected: boolean | undefined;
  /** Index of its row in the region, and the columns where number and label begin. */
  row: number;
  start: number;
  column: number;
}

/** What a region and a spec are read with. `edges` holds the column of the frame or scroll bar at the right end of each row. */
export interface Sight {
  screen: Screen;
  region: Region;
  rows: readonly string[];
  edges: readonly number[];
  spec: DialogSpec;
  ghost: Profile['ghost'];
}

interface OptionRow extends Omit<ListedOption, 'number'> {
  number: number | undefined;
}

const RIGHT_EDGE = /\s*[│┃█▄▀]\s*$/u;
const FRAME_OR_BLANK = /^[\s│┃▌]*/u;
/** The right end of a frame within the frame. */
const INNER_EDGE = /[\s│┃]+$/u;
/** Nothing but rules and frames. */
const DECORATION = /^[\s\u2500-\u259f]*$/u;
/** CLIs leave up to this many columns at the right free when they wrap. */
const WRAP_SLACK = 4;
const LABEL_CHARS_MAX = 300;
/** Numbers of one list are flush, but Copilot puts unselected ones a column further left where the list is narrow. */
const START_DIFFERENCE_MAX = 1;

export function sightOf(screen: Screen, region: Region, spec: DialogSpec, ghost: Profile['ghost']): Sight {
  const rows = region.rows.map((row) => row.replace(RIGHT_EDGE, ''));
  const edges = region.rows.map((row, i) =>
    row.trimEnd() === rows[i] ? screen.columns : widthOf(row.trimEnd()) - 1,
  );
  return { screen, region, rows, edges, spec, ghost };
}

/**
 * The options of the last list in a region. An empty list where there are fewer than two; null where there are options that do not
 * make one list.
 */
export function findOptions(sight: Sight): ListedOption[] | null {
  if (sight.spec.inRow) return findRowOfOptions(sight);
  const found = sight.rows.flatMap((_, row) => matchOptions(sight, row).slice(0, 1));
  const numbered = found.filter(isNumbered);
  if (numbered.length > 1) return lastNumberedList(sight, numbered);
  return numbered.length === 1 ? [] : listAroundMark(sight, found);
}

/** The row without frames, blanks folded; empty for rules and frames. */
export function textOf(row: string): string {
  return DECORATION.test(row)
    ? ''
    : cleanLine(row.replace(FRAME_OR_BLANK, '').replace(INNER_EDGE, ''), LABEL_CHARS_MAX);
}

/** Index behind the rows that belong to an option: its label and a description below it. */
export function endOfOption({ rows, spec }: Sight, { row, column, start }: ListedOption): number {
  const indentMin = start === column ? column + 1 : start;
  let end = row + 1;
  if (spec.inRow) return end;
  while (end < rows.length && textOf(rows[end] ?? '') !== '' && indentOf(rows[end] ?? '') >= indentMin) end++;
  return end;
}

function matchOptions(sight: Sight, row: number): OptionRow[] {
  const { option } = sight.spec;
  const pattern = new RegExp(option.source, [...new Set(`${option.flags}dg`)].join(''));
  return [...(sight.rows[row] ?? '').matchAll(pattern)].flatMap((match) => {
    const { label, number } = match.groups ?? {};
    const column = match.indices?.groups?.label?.[0];
    if (label === undefined || column === undefined) return [];
    const start = match.indices?.groups?.number?.[0] ?? column;
    return [
      {
        ...{ label, row, start, column },
        number: number === undefined ? undefined : Number(number),
        selected: isSelected(sight, row, match),
      },
    ];
  });
}

function isSelected(sight: Sight, row: number, match: RegExpExecArray): boolean | undefined {
  if (sight.spec.selectedBy === 'mark') return (match.groups?.mark ?? '').trim() !== '';
  const cells = sight.screen.cells?.[sight.region.top + row];
  const span = match.indices?.groups?.mark;
  if (cells === undefined || span === undefined) return undefined;
  // Cells are characters, offsets are those of UTF-16.
  const text = sight.rows[row] ?? '';
  const [from, to] = span.map((at) => Array.from(text.slice(0, at)).length);
  const painted = cells.slice(from, to).filter(({ character }) => character !== ' ');
  const ghosts = painted.filter((cell) => isGhost(cell, sight.ghost)).length;
  if (painted.length === 0 || (ghosts > 0 && ghosts < painted.length)) return undefined;
  return ghosts === 0;
}

function isNumbered(option: OptionRow): option is ListedOption {
  return option.number !== undefined;
}

/** The lowest row with several options. */
function findRowOfOptions(sight: Sight): ListedOption[] {
  for (let row = sight.rows.length - 1; row >= 0; row--) {
    const options = matchOptions(sight, row);
    if (options.length > 1) return options.map((option, i) => ({ ...option, number: i + 1 }));
  }
  return [];
}

/**
 * Counts upwards from the last numbered row. What a dialog quotes may look like options too, but then a number stands there twice or
 * one is missing.
 */
function lastNumberedList(sight: Sight, found: readonly ListedOption[]): ListedOption[] | null {
  const list: ListedOption[] = [];
  for (const option of found.toReversed()) {
    const next = list[0];
    if (next === undefined || (next.number > 1 && option.number === next.number - 1)) list.unshift(option);
    else break;
  }
  const first = list[0];
  if (first === undefined) return [];
  if (first.number !== 1 && !hasMoreAbove(sight, first)) return null;
  if (list.some(({ start }) => Math.abs(start - first.start) > START_DIFFERENCE_MAX)) return null;
  return list.map((option) => ({ ...option, label: wholeLabel(sight, option) }));
}

function hasMoreAbove({ rows, spec }: Sight, { row }: ListedOption): boolean {
  const above = rows.slice(0, row).findLast((one) => textOf(one) !== '');
  return Boolean(spec.more && [above, rows[row]].some((one) => one !== undefined && spec.more?.test(one)));
}

/**
 * Options without numbers: all rows without a blank one between, around the marked one. Where the row above is full, nobody can tell a
 * further option from the rest of a label.
 */
function listAroundMark(sight: Sight, found: readonly OptionRow[]): ListedOption[] | null {
  const selected = found.find((option) => option.selected);
  if (selected === undefined) return [];
  const [top, end] = runAround(sight.rows, selected);
  const rows = found.filter(({ row, column }) => row >= top && row < end && column === selected.column);
  if (rows.length < 2) return [];
  if (rows[0]?.row !== top) return null;
  const unclear = rows.some(
    ({ row, selected: isMarked }) => row > top && !isMarked && isFull(sight, row - 1),
  );
  if (unclear) return null;
  return rows.map((option, i) => {
    const numbered = { ...option, number: i + 1 };
    return { ...numbered, label: wholeLabel(sight, numbered) };
  });
}

/** The rows around an option that are not blank and begin no further left than its label. */
function runAround(rows: readonly string[], { row, column }: OptionRow): [top: number, end: number] {
  const belongs = (index: number) => {
    const text = rows[index];
    return text !== undefined && textOf(text) !== '' && indentOf(text) >= column;
  };
  let top = row;
  while (belongs(top - 1)) top--;
  let end = row + 1;
  while (belongs(end)) end++;
  return [top, end];
}

/** A label with the rows it was wrapped over. A row whose first word had room in the row above is a description. */
function wholeLabel(sight: Sight, { row, start, column, label }: ListedOption): string {
  const parts = [label];
  for (let next = row + 1; next < sight.rows.length; next++) {
    const text = sight.rows[next] ?? '';
    const indent = indentOf(text);
    const isAligned = indent >= (start === column ? column + 1 : start) && indent <= column + 1;
    const isOption = matchOptions(sight, next).some(({ number }) => number !== undefined);
    if (textOf(text) === '' || !isAligned || isOption || !isFull(sight, next - 1)) break;
    parts.push(textOf(text));
  }
  return cleanLine(parts.join(' '), LABEL_CHARS_MAX);
}

/** Whether the first word of the row below had no room in a row. */
function isFull({ rows, edges }: Sight, row: number): boolean {
  const word = textOf(rows[row + 1] ?? '').split(' ', 1)[0] ?? '';
  return widthOf(rows[row] ?? '') + 1 + widthOf(word) > (edges[row] ?? 0) - WRAP_SLACK;
}

function indentOf(row: string): number {
  return FRAME_OR_BLANK.exec(row)?.[0].length ?? 0;
}
