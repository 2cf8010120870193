import { createHash } from 'node:crypto';
import type { Dialog } from './dialog.ts';
import { endOfOption, findOptions, type ListedOption, type Sight, sightOf, textOf } from './option-list.ts';
import type { DialogSpec, Profile } from './profile.ts';
import { findRegions } from './region.ts';
import type { Screen } from './screen.ts';
import { type AgentState, isDialog } from './state.ts';

/** What is asked can be as long as the screen; so much of its end is kept. */
const TEXT_ROWS_MAX = 60;
/** The row that closes the frame around a whole dialog; frames within it begin further right. */
const CLOSING = /^ {0,3}[╰└]─{8}/u;
/** What moves while a dialog stands: rows of a spinner, a blinking mark, times that run. A time in a command is no such time. */
const SPINNER = /^[\u2801-\u28ff◐◓◑◒◴◷◶◵⬝]/u;
const MOVING = /^[•◦] |\bin \d+ ?s(?:ec(?:ond)?s?)?\b|\((?:\d+[hms] ?)+(?=[)•·])/gu;

/** A dialog together with what tells how its options are chosen. */
export interface DialogReading {
  dialog: Dialog;
  spec: DialogSpec;
}

/** The dialog on a screen, by what the profile knows of its dialogs. `seed` makes its id that of one process alone. */
export function readDialog(screen: Screen, profile: Profile, state: AgentState, seed: string): Dialog | null {
  return findDialog(screen, profile, state, seed)?.dialog ?? null;
}

/**
 * The same with its spec. The first spec that finds at least two options decides; null where it does not find exactly one of them
 * selected, or finds anything that it does not understand: a dialog is never guessed.
 */
export function findDialog(
  screen: Screen,
  profile: Profile,
  state: AgentState,
  seed: string,
): DialogReading | null {
  if (!isDialog(state)) return null;
  const regions = findRegions(screen, profile.regions);
  for (const spec of profile.dialogs) {
    const region = regions.get(spec.in);
    if (region === undefined || !spec.states.includes(state)) continue;
    const sight = sightOf(screen, region, spec, profile.ghost);
    const options = findOptions(sight);
    if (options === null) return null;
    if (options.length < 2) continue;
    return isWhole(sight, options) ? { dialog: describe(sight, options, state, seed), spec } : null;
  }
  return null;
}

function isWhole(sight: Sight, options: readonly ListedOption[]): boolean {
  if (options.some(({ selected, label }) => selected === undefined || label === '')) return false;
  const [selected, ...others] = options.filter((option) => option.selected);
  if (selected === undefined || others.length > 0) return false;
  return !isTypedInto(sight, options, selected) && standsAtEnd(sight, options);
}

/** A cursor that shows among the options or below them stands in a text; Enter would send that. */
function isTypedInto(
  { screen, region }: Sight,
  options: readonly ListedOption[],
  selected: ListedOption,
): boolean {
  const [column, line] = screen.cursor;
  const row = line - region.top;
  if (!screen.cursorVisible || row < firstRow(options)) return false;
  return row !== selected.row || column > selected.column;
}

/** Whether nothing unknown stands below the options. A list that a dialog quotes has the dialog's own options below it. */
function standsAtEnd(sight: Sight, options: readonly ListedOption[]): boolean {
  const { rows, region, spec } = sight;
  const last = options.at(-1);
  if (last === undefined) return false;
  const end = endOfOption(sight, last);
  const closing = region.rows.findIndex((row, i) => i >= end && CLOSING.test(row));
  const below = rows.slice(end, closing === -1 ? undefined : closing);
  const isKnown = (row: string) =>
    textOf(row) === '' || spec.below?.test(textOf(row)) || (spec.more?.test(row) ?? false);
  if (!below.every(isKnown)) return false;
  const { unless } = spec;
  if (unless === undefined) return true;
  const above = rows.slice(0, firstRow(options)).findLastIndex((row) => textOf(row) !== '');
  return !rows.slice(Math.max(above, 0)).some((row) => unless.test(textOf(row)));
}

function describe(sight: Sight, listed: readonly ListedOption[], kind: Dialog['kind'], seed: string): Dialog {
  const rows = textAbove(sight, listed);
  const { approve, deny } = sight.spec;
  // A window on a longer list shows other labels as the selection moves.
  const labels = isWindow(sight, listed) ? [] : listed.map(({ label }) => label);
  return {
    id: nameDialog([seed, kind, ...rows.map(withoutMoving), ...labels]),
    kind,
    text: rows.join('\n'),
    options: listed.map(({ number, label, selected }) => ({ number, label, selected: selected === true })),
    approve: onlyMatch(listed, approve),
    deny: onlyMatch(listed, deny),
  };
}

function textAbove({ rows, region, spec: { top } }: Sight, options: readonly ListedOption[]): string[] {
  const above = rows.slice(0, firstRow(options));
  const start =
    top === undefined ? -1 : region.rows.slice(0, above.length).findLastIndex((row) => top.test(row));
  return above
    .slice(Math.max(start, 0))
    .map(textOf)
    .filter((row) => row !== '')
    .slice(-TEXT_ROWS_MAX);
}

function isWindow({ rows, spec: { more } }: Sight, options: readonly ListedOption[]): boolean {
  if (more === undefined) return false;
  return rows.slice(Math.max(firstRow(options) - 2, 0)).some((row) => more.test(row));
}

function withoutMoving(row: string): string {
  return SPINNER.test(row) ? '' : row.replace(MOVING, '');
}

/** The same dialog under an id of its own: `seed` tells two that read alike apart. */
export function sealDialog(dialog: Dialog, seed: string): Dialog {
  return { ...dialog, id: nameDialog([seed, dialog.id]) };
}

function nameDialog(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
}

function onlyMatch(options: readonly ListedOption[], pattern: RegExp | undefined): number | null {
  const matching = options.filter(({ label }) => pattern?.test(label));
  return matching.length === 1 ? (matching[0]?.number ?? null) : null;
}

function firstRow(options: readonly ListedOption[]): number {
  return options[0]?.row ?? 0;
}
