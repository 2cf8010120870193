import { type Command, command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** What must hold in the very moment in which something is typed. */
export interface PaneCondition {
  /** Where the cursor stood when the pane was looked at: a dialog, or a person's key, moves it. */
  cursor: readonly [column: number, row: number];
  /** Letters and digits that stand somewhere on the screen. */
  shows?: string | undefined;
  /** First process of the pane. */
  pid?: number | undefined;
}

/** Not in copy mode, alive, input on, not synchronised with other panes. */
const RECEPTIVE = '#{==:#{pane_in_mode}#{pane_dead}#{pane_input_off}#{pane_synchronized},0000}';

function formatOf({ cursor, shows, pid }: PaneCondition): string {
  const still = `#{==:#{cursor_x}.#{cursor_y},${Number(cursor[0])}.${Number(cursor[1])}}`;
  const same = pid === undefined ? still : `#{&&:${still},#{==:#{pane_pid},${Number(pid)}}}`;
  const ready = `#{&&:${RECEPTIVE},${same}}`;
  if (shows === undefined) return ready;
  if (!/^[a-z0-9]+$/.test(shows)) throw new Error(`cannot look for ${JSON.stringify(shows)}`);
  return `#{&&:${ready},#{!=:#{C:${shows}},0}}`;
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
