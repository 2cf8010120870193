import { OrchestratorError } from '../base/errors.ts';
import { harmless } from './look.ts';
import { command, type PaneId, readPaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** The option of a pane that tells whose it is. */
export const TAG = '@tmux_orchestrator_agent';

/** A process that holds a new pane until its agent is started in it. Two words, so that tmux starts no shell for it. */
export const HOLDER: readonly [string, ...string[]] = ['sleep', '1000000000'];

export interface NewPane {
  /** Name of its session, which is made where it is not there. */
  session: string;
  /** Id of the session, where it is there. */
  sessionId: string | undefined;
  window: string;
  directory: string;
  columns: number;
  rows: number;
}

/** tmux expands `#(…)` in directories: only a doubled `#` is a plain one. */
export function escapeFormat(text: string): string {
  return text.replaceAll('#', '##');
}

/** Opens a window with a holder in its only pane. */
export async function openPane(server: TmuxServer, pane: NewPane): Promise<PaneId> {
  const common = ['-d', '-P', '-F', '#{pane_id}', '-n', pane.window, '-c', escapeFormat(pane.directory)];
  const words =
    pane.sessionId === undefined
      ? command(
          'new-session',
          ...common,
          '-s',
          pane.session,
          '-x',
          `${pane.columns}`,
          '-y',
          `${pane.rows}`,
          '--',
          ...HOLDER,
        )
      : command('new-window', ...common, '-t', `${pane.sessionId}:`, '--', ...HOLDER);
  const [lines] = await server.run([words], { linesMin: () => 1 });
  return readPaneId(lines?.[0] ?? '');
}

/** Makes a pane carry its agent's name, and stay when its process ends; its window keeps its name. */
export async function tagPane(server: TmuxServer, pane: PaneId, name: string): Promise<void> {
  await server.run([
    command('set-option', '-p', '-t', pane, TAG, name),
    command('set-option', '-p', '-t', pane, 'remain-on-exit', 'on'),
  ]);
}

/** For a window that we opened. */
export async function keepWindowName(server: TmuxServer, pane: PaneId): Promise<void> {
  await server.run([
    command('set-option', '-w', '-t', pane, 'automatic-rename', 'off'),
    command('set-option', '-w', '-t', pane, 'allow-rename', 'off'),
  ]);
}

export async function untagPane(server: TmuxServer, pane: PaneId): Promise<void> {
  await server.run([
    command('set-option', '-p', '-u', '-t', pane, TAG),
    command('set-option', '-p', '-u', '-t', pane, 'remain-on-exit'),
  ]);
}

export async function renameWindow(server: TmuxServer, pane: PaneId, name: string): Promise<void> {
  await server.run([command('rename-window', '-t', pane, escapeFormat(name))]);
}

/** The tag that a pane carries now, and its session. Fails with `NOT_FOUND` where it has gone. */
export async function readTag(server: TmuxServer, pane: PaneId): Promise<{ tag: string; sessionId: string }> {
  const format = `#{pane_id} #{session_id} ${harmless(TAG)}`;
  const [lines] = await server.run([command('display-message', '-p', '-t', pane, format)], {
    linesMin: () => 1,
  });
  const [id, sessionId = '', ...tag] = (lines?.[0] ?? '').split(' ');
  if (id === pane) return { sessionId, tag: tag.join(' ') };
  throw new OrchestratorError('NOT_FOUND', `pane ${pane} has gone`);
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

/** Closes a pane with what runs in it. One that has gone already is no failure. */
export async function closePane(server: TmuxServer, pane: PaneId): Promise<void> {
  await server.run([command('kill-pane', '-t', pane)]).catch((error: unknown) => {
    if (!(error instanceof OrchestratorError) || error.code !== 'TMUX') throw error;
  });
}
