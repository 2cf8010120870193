import { OrchestratorError } from '../base/errors.ts';
import { type Command, command, decodeVis, type PaneId, prepareWord } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** A pane at one moment, as tmux shows it. Title and text are untrusted. */
export interface Look {
  columns: number;
  rows: number;
  cursor: readonly [column: number, row: number];
  cursorVisible: boolean;
  alternate: boolean;
  dead: boolean;
  deadStatus: number | null;
  deadSignal: number | null;
  inMode: boolean;
  title: string;
  /** One line a row, `rows` of them. */
  text: string;
  /** The same with colours, where asked for. */
  ansi?: string;
}

/** A string that a pane can choose, with its control characters replaced: one line whatever it holds. Never expanded again. */
export const harmless = (name: string) => `#{s/[\u0001-\u001f\u007f]/?/:${name}}`;

const FORMAT = [
  ...['pane_id', 'pane_width', 'pane_height', 'cursor_x', 'cursor_y', 'cursor_flag', 'alternate_on'],
  ...['pane_dead', 'pane_in_mode'],
].map((name) => `#{${name}}`);
/** What a look asks beside the screen; `readHead` reads the answer. */
export const LOOK_FORMAT = `${FORMAT.join(' ')} #{pane_dead_status}|#{pane_dead_signal}|${harmless('pane_title')}`;

/**
 * Our buffer stands on the server only between two commands of one line, so nobody ever meets it. The way over a buffer is the one that
 * leaks nothing: `capture-pane -p` to a control client loses 3.7 KB of server memory a call on tmux 3.3a.
 */
const BUFFER = `tmux-orchestrator-${process.pid}`;
const SHOW = command('show-buffer', '-b', BUFFER);
const PREPARED_FORMAT = prepareWord(LOOK_FORMAT);
const DELETE = command('delete-buffer', '-b', BUFFER);

/** Looks at a pane: numbers, title and screen of the same moment. Fails with `NOT_FOUND` where the pane has gone. */
export async function lookAtPane(server: TmuxServer, pane: PaneId, colours = false): Promise<Look> {
  const commands = [command('display-message', '-p', '-t', pane, PREPARED_FORMAT), ...capture(pane)];
  if (colours) commands.splice(-1, 0, ...capture(pane, '-e').slice(0, -1));
  const blocks = await server
    .run(commands, { linesMin: (index, earlier) => linesMin(commands[index], earlier) })
    .catch((error: unknown) => {
      throw wrapLoss(error, pane);
    });
  const head = blocks[0]?.[0] ?? '';
  if (!head.startsWith(`${pane} `)) throw lost(pane);
  const look = readHead(head, blocks[2] ?? []);
  return colours ? { ...look, ansi: decodeRows(blocks[4] ?? []) } : look;
}

function capture(pane: PaneId, ...flags: string[]): Command[] {
  return [command('capture-pane', ...flags, '-b', BUFFER, '-t', pane), SHOW, DELETE];
}

/** A screen has as many lines as the pane has rows, everything else that answers has one. */
function linesMin(asked: Command | undefined, earlier: readonly (readonly string[])[]): number {
  if (asked === SHOW) return Number(earlier[0]?.[0]?.split(' ')[2] ?? 0);
  return earlier.length === 0 ? 1 : 0;
}

export function readHead(head: string, screen: readonly string[]): Look {
  const [numbers = '', deadSignal = '', ...title] = head.split('|');
  const [, columns, rows, x, y, cursorFlag, alternate, dead, inMode, deadStatus = ''] = numbers.split(' ');
  return {
    columns: Number(columns),
    rows: Number(rows),
    cursor: [Number(x), Number(y)],
    cursorVisible: cursorFlag === '1',
    alternate: alternate === '1',
    dead: dead === '1',
    deadStatus: deadStatus === '' ? null : Number(deadStatus),
    deadSignal: deadSignal === '' ? null : Number(deadSignal),
    inMode: inMode !== '0',
    title: title.join('|'),
    text: decodeRows(screen),
  };
}

function decodeRows(lines: readonly string[]): string {
  return lines.map(decodeVis).join('\n');
}

/** Where a pane stands, in words for people. */
export interface PanePlace {
  session: string;
  window: string;
  directory: string;
  command: string;
  /** Name under which the pane was started or adopted, empty where it was not: the pane's option `@tmux_orchestrator_agent`. */
  tag: string;
}

const PLACE_COMMANDS = [
  'session_name',
  'window_name',
  'pane_current_path',
  'pane_current_command',
  '@tmux_orchestrator_agent',
];

/** Names around a pane; asked for seldom, each by itself, because any of them may hold any character. */
export async function readPlace(server: TmuxServer, pane: PaneId): Promise<PanePlace> {
  const commands = PLACE_COMMANDS.map((name) =>
    command('display-message', '-p', '-t', pane, `#{pane_id} ${harmless(name)}`),
  );
  const blocks = await server.run(commands, { linesMin: () => 1 });
  const words = blocks.map((lines) => lines[0] ?? '');
  if (!words.every((word) => word.startsWith(`${pane} `))) throw lost(pane);
  const [session = '', window = '', directory = '', name = '', tag = ''] = words.map((word) =>
    word.slice(pane.length + 1),
  );
  return { session, window, directory, command: name, tag };
}

export function wrapLoss(error: unknown, pane: PaneId): unknown {
  const vanished =
    error instanceof OrchestratorError && error.code === 'TMUX' && /can't find|no such/.test(error.message);
  return vanished ? lost(pane) : error;
}

export function lost(pane: PaneId): OrchestratorError {
  return new OrchestratorError('NOT_FOUND', `pane ${pane} has gone`);
}
