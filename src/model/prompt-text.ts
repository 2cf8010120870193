import { blankRows, isGhostOrCursor } from './ghost.ts';
import type { Profile } from './profile.ts';
import { findRegions, type Region } from './region.ts';
import type { Screen } from './screen.ts';
import { type AgentState, isDialog } from './state.ts';

/**
 * What stands in the prompt, compared with what we pasted. `ours`: all of it or its mark, and nothing else. `ours-partly`: a part of it,
 * which may still be arriving. `foreign`: something else is there, alone or with it.
 */
export type PromptContent = 'empty' | 'ours' | 'ours-partly' | 'foreign';

/**
 * The rows in which an unsent text stands, without frame and prompt glyph (a gutter may match at both ends of a row), joined by LF; null where there is no such region or the
 * profile has no delivery. Placeholders are left out only where the screen has its colours.
 */
export function readPrompt(screen: Screen, profile: Profile): string | null {
  const { delivery } = profile;
  const region = findPrompt(screen, profile);
  if (delivery === undefined || region === undefined) return null;
  const rows = rowsWithoutGhosts(screen, region, profile);
  return rows.map((row) => stripGutter(row, profile)).join('\n');
}

/** A row of the prompt without its frame and glyph. */
export function stripGutter(row: string, { delivery }: Profile): string {
  return delivery?.gutter === undefined ? row : row.replace(new RegExp(delivery.gutter.source, 'gu'), '');
}

/** Where an unsent text stands, if anywhere. */
export function findPrompt(screen: Screen, { delivery, regions }: Profile): Region | undefined {
  return delivery && findRegions(screen, regions).get(delivery.prompt);
}

/** Whether this state leaves no prompt on the screen, whatever there looks like one. */
export function hidesPrompt({ delivery }: Profile, state: AgentState): boolean {
  return delivery?.underDialogs === 'gone' && isDialog(state);
}

function rowsWithoutGhosts({ cells }: Screen, region: Region, { ghost }: Profile): readonly string[] {
  if (cells === undefined) return region.rows;
  return blankRows(cells, region, (cell, next) => isGhostOrCursor(cell, next, ghost));
}

/** A prompt that scrolls shows at least so many rows (6 is the least seen); fewer that lack the start of our text may be a person's. */
const SCROLLING_ROWS_MIN = 5;
/** So many characters of ours in a row are no accident. */
const PART_CHARACTERS_MIN = 20;

type Squeeze = (text: string) => string;

/** Without blanks, line breaks, combining marks and invisible characters: the CLI wraps, and terminals draw those as they like. */
const squeeze: Squeeze = (text) => text.normalize('NFD').replace(/[\s\p{M}\p{DI}]+/gu, '');

/** The same for tmux, which keeps 18 bytes of a character at most, and drops colours of skin: of joined emoji only the first one counts. */
const squeezeJoined: Squeeze = (text) =>
  squeeze(text.replace(/\u200d\p{Extended_Pictographic}?|\p{Emoji_Modifier}/gu, ''));

/** An emoji that is made of several. */
const JOINED = /[\u200d\p{Emoji_Modifier}]/u;

/** Tells whose text `shown` (see `readPrompt`) is, when `rendered` is what we pasted. */
export function comparePrompt(shown: string, rendered: string, profile: Profile): PromptContent {
  const marks = profile.delivery?.pastedMarks ?? [];
  const first = compare(shown, rendered, marks, squeeze);
  if (first === 'empty' || first === 'ours' || !JOINED.test(rendered)) return first;
  const second = compare(shown, rendered, marks, squeezeJoined);
  return second === 'foreign' ? first : second;
}

function compare(shown: string, rendered: string, marks: readonly RegExp[], reduce: Squeeze): PromptContent {
  const [found, ours] = [reduce(shown), reduce(rendered)];
  if (found === '') return 'empty';
  if (found === ours || marks.some((mark) => isMarked(shown, rendered, mark, reduce))) return 'ours';
  const isLong = found.length >= PART_CHARACTERS_MIN;
  const rows = shown.trim().split('\n').length;
  if (isLong && rows >= SCROLLING_ROWS_MIN && ours.endsWith(found)) return 'ours';
  if (areLastLines(shown, rendered, reduce)) return 'ours';
  if (ours.startsWith(found)) return 'ours-partly';
  return isLong && ours.includes(found) ? 'ours-partly' : 'foreign';
}

/** So many characters at the end of our text are looked for in a conversation. */
const END_CHARACTERS = 160;
/** Frames and scroll bars between the rows of a text. */
const FRAMES = /[\u2500-\u259f]+/gu;

/** Whether the end of `rendered` stands in these rows, wherever they break it. What stands there may be older than our text. */
export function holdsEnd(rows: readonly string[], rendered: string): boolean {
  const reduce: Squeeze = (text) => squeezeJoined(text).replace(FRAMES, '');
  return reduce(rows.join('\n')).includes(reduce(rendered).slice(-END_CHARACTERS));
}

/** Rows of a scrolling prompt that are our last lines one by one, however short: nobody else breaks lines where we do. The first may be the end of a wrapped line. */
function areLastLines(shown: string, rendered: string, reduce: Squeeze): boolean {
  const rows = shown.trimEnd().split('\n').map(reduce);
  const lines = rendered.trimEnd().split('\n').map(reduce).slice(-rows.length);
  if (rows.length < SCROLLING_ROWS_MIN || lines.length < rows.length) return false;
  return rows.every((row, i) => (i === 0 ? lines[0]?.endsWith(row) : row === lines[i]));
}

/** One mark of a long paste, alone or between the start and the end of our text. It may be broken over rows at a blank or within a word. */
function isMarked(shown: string, rendered: string, mark: RegExp, reduce: Squeeze): boolean {
  return [shown.replace(/\s+/gu, ' '), shown.replace(/\n\s*/gu, '')].some((text) => {
    const match = mark.exec(text);
    if (match === null || !countsAgree(match.groups, rendered)) return false;
    const before = reduce(text.slice(0, match.index));
    const after = reduce(text.slice(match.index + match[0].length));
    const ours = reduce(rendered);
    const fits = before.length + after.length <= ours.length;
    return fits && ours.startsWith(before) && ours.endsWith(after);
  });
}

/** Where a mark tells how much was pasted (groups `lines`, `characters`) it must be as much as we pasted: CLIs count the lines or the breaks between. */
function countsAgree(groups: Record<string, string | undefined> | undefined, rendered: string): boolean {
  const { lines, characters } = groups ?? {};
  const breaks = rendered.split('\n').length - 1;
  if (lines !== undefined && ![breaks, breaks + 1].includes(Number(lines))) return false;
  if (characters === undefined) return true;
  const counts = [rendered.length, Array.from(rendered).length, Buffer.byteLength(rendered)];
  return counts.includes(Number(characters));
}
