import { type Command, command, type PaneId } from './quoting.ts';
import { rowOf, rowWith } from './search.ts';
import type { TmuxServer } from './server.ts';

/** What must hold in the very moment in which something is typed. */
export interface PaneCondition {
  /** Where the cursor stands: as it was seen (a dialog, or a person's key, moves it), or right behind a text. */
  cursor: readonly [column: number, row: number] | TextEnd;
  /** Letters and digits that stand somewhere on the screen. */
  shows?: string | undefined;
  /** First process of the pane. */
  pid?: number | undefined;
  /** Name under which the pane was started or adopted. */
  tag?: string;
  /** Begin of a look: nothing was written to the window since. Milliseconds since the epoch. */
  unwrittenSince?: number;
  /** No person pressed a key since in any session that shows the window. Milliseconds since the epoch. */
  untouchedSince?: number;
}

/** The place behind a text of two lines that fill two rows of a prompt, alone, and of which the first stands nowhere above. */
interface TextEnd {
  lines: readonly [string, string];
  /** What stands left of the first line. Left of the second one there is as much of blanks and frame. */
  left: string;
}

/** Not in copy mode, alive, input on, not synchronised with other panes. */
const RECEPTIVE = '#{==:#{pane_in_mode}#{pane_dead}#{pane_input_off}#{pane_synchronized},0000}';

function formatOf({ cursor, shows, pid, tag, unwrittenSince, untouchedSince }: PaneCondition): string {
  const terms = [RECEPTIVE, ...('lines' in cursor ? behindText(cursor) : [isAt(cursor)])];
  if (pid !== undefined) terms.push(`#{==:#{pane_pid},${Number(pid)}}`);
  if (shows !== undefined) terms.push(`#{!=:${rowWith(shows)},0}`);
  if (tag !== undefined) terms.push(isTagged(tag));
  if (unwrittenSince !== undefined) terms.push(isUnwritten(unwrittenSince));
  if (untouchedSince !== undefined) terms.push(...areUntouched(untouchedSince));
  return terms.reduceRight((all, term) => `#{&&:${term},${all}}`);
}

function isTagged(name: string): string {
  if (!/^[a-z0-9_-]+$/.test(name)) throw new Error(`cannot be a name: ${JSON.stringify(name)}`);
  return `#{==:#{@tmux_orchestrator_agent},${name}}`;
}

function isAt([column, row]: readonly [number, number]): string {
  return `#{==:#{cursor_x}.#{cursor_y},${Number(column)}.${Number(row)}}`;
}

/** Rows that are found count from 1, that of the cursor from 0. */
function behindText({ lines: [first, last], left }: TextEnd): string[] {
  const above = '#{cursor_y}';
  return [
    `#{==:#{cursor_x},${left.length + last.length}}`,
    `#{==:${rowOf(left, first)},${above}}`,
    `#{==:${rowWith(first)},${above}}`,
    `#{==:${rowOf(' '.repeat(left.length), last)},#{e|+:#{cursor_y},1}}`,
  ];
}

/** tmux tells the second of the last write: only an earlier one than that of the look is surely before it. */
function isUnwritten(since: number): string {
  return `#{e|<:#{window_activity},${Math.floor(since / 1_000)}}`;
}

/** A key is taken to have come at the end of its second. Of a window that more sessions show only one would be asked. */
function areUntouched(since: number): string[] {
  const second = Math.floor((since - 999) / 1_000);
  return ['#{==:#{window_linked}#{session_grouped},00}', `#{e|<=:#{session_activity},${second}}`];
}

/** What the branch not taken answers. */
const NO = 'no';
const ELSE = command('display-message', '-p', NO);

/**
 * Runs a command for a pane only if the condition holds, which the server decides in the same step: nothing can come between. Gives whether
 * it ran. `before` runs in any case. `if-shell -F` starts no shell; it answers with a block of its own and one of its branch (seen on 3.3a).
 */
export async function runIf(
  server: TmuxServer,
  pane: PaneId,
  condition: PaneCondition,
  { before = [], act }: { before?: readonly Command[]; act: Command },
): Promise<boolean> {
  const choice = command('if-shell', '-F', '-t', pane, formatOf(condition), act.line, ELSE.line);
  const blocks = await server.run([...before, { ...choice, blocks: 2 }]);
  return blocks.at(-1)?.[0] !== NO;
}
