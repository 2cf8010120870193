import { harmless } from './look.ts';
import { command, type PaneId, readPaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

const HOLDER_VARIABLE = 'TMUX_ORCHESTRATOR_HOLDER';
const SLEEP = ['sleep', '1000000000'] as const;
const HOLDER = new RegExp(`^(%\\d+) env ${HOLDER_VARIABLE}=([a-z0-9_-]+) ${SLEEP.join(' ')}$`);

/**
 * A process that holds a new pane until its agent is started in it. Its words tell whose it is from the pane's first moment on, so that a
 * pane is known again whenever we die. Several words, so that tmux starts no shell for them.
 */
function holderWords(agent: string): [string, ...string[]] {
  return ['env', `${HOLDER_VARIABLE}=${agent}`, ...SLEEP];
}

export interface NewPane {
  /** The agent that it is for. */
  agent: string;
  session: string;
  window: string;
  directory: string;
  columns: number;
  rows: number;
}

/** tmux expands `#(…)` in directories: only a doubled `#` is a plain one. */
function escapeFormat(text: string): string {
  return text.replaceAll('#', '##');
}

/** Opens a window with a holder in its only pane, in the session of this id, or in a new one. */
export async function openPane(
  server: TmuxServer,
  pane: NewPane,
  sessionId: string | undefined,
): Promise<PaneId> {
  const print = ['-P', '-F', '#{pane_id}'];
  const place = ['-n', pane.window, '-c', escapeFormat(pane.directory)];
  const [name = '', ...words] =
    sessionId === undefined
      ? newSessionWords(pane, print)
      : ['new-window', '-d', ...print, ...place, '-t', `${sessionId}:`, '--', ...holderWords(pane.agent)];
  const [lines] = await server.run([command(name, ...words)], { linesMin: () => 1 });
  return readPaneId(lines?.[0] ?? '');
}

/** The words that make a session with a holder in its only pane. */
export function newSessionWords(pane: NewPane, print: readonly string[] = []): [string, ...string[]] {
  const { agent, session, window, directory, columns, rows } = pane;
  return [
    ...(['new-session', '-d', ...print, '-s', session, '-n', window, '-c', escapeFormat(directory)] as const),
    ...['-x', `${columns}`, '-y', `${rows}`, '--', ...holderWords(agent)],
  ];
}

/** Panes in which nothing but a holder was started, and the agents that they are for. */
export async function listHolders(server: TmuxServer): Promise<Map<PaneId, string>> {
  const format = `#{pane_id} ${harmless('pane_start_command')}`;
  const [lines = []] = await server.run([command('list-panes', '-a', '-F', format)]);
  const found = lines.map((line) => HOLDER.exec(line)).filter((match) => match !== null);
  return new Map(found.map(([, pane = '', agent = '']) => [readPaneId(pane), agent]));
}

/** For a window that we opened. */
export async function keepWindowName(server: TmuxServer, pane: PaneId): Promise<void> {
  await server.run([
    command('set-option', '-w', '-t', pane, 'automatic-rename', 'off'),
    command('set-option', '-w', '-t', pane, 'allow-rename', 'off'),
  ]);
}

export async function renameWindow(server: TmuxServer, pane: PaneId, name: string): Promise<void> {
  await server.run([command('rename-window', '-t', pane, escapeFormat(name))]);
}

export interface Launch {
  /** Program and arguments. */
  words: readonly string[];
  directory: string;
  /** Values to set; they travel over the control connection and never stand among anybody's arguments. */
  env: Readonly<Record<string, string>>;
  /** Names that the pane would inherit and must not. */
  unset: readonly string[];
}

/** Replaces whatever runs in a pane. `env` becomes the program, which so is the pane's own process: no shell ever sees a word of it. */
export async function startInPane(server: TmuxServer, pane: PaneId, launch: Launch): Promise<void> {
  const { words, directory, env, unset } = launch;
  const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const clean = unset.flatMap((name) => ['-u', name]);
  await server.run([
    // The title outlives the process that set it, and would be taken for a word of the next one.
    command('select-pane', '-t', pane, '-T', ''),
    command(
      ...(['respawn-pane', '-k', '-t', pane, '-c', escapeFormat(directory)] as const),
      ...variables,
      ...['--', 'env', ...clean, ...words],
    ),
  ]);
}
