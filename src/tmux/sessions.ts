import { OrchestratorError } from '../base/errors.ts';
import { harmless } from './look.ts';
import { command } from './quoting.ts';
import type { TmuxServer } from './server.ts';
import { runTmux, type TmuxProgram } from './spawned.ts';

/** Id of the session of exactly this name; tmux itself would take prefixes and patterns too. */
export async function findSession(server: TmuxServer, name: string): Promise<string | undefined> {
  const [lines = []] = await server.run([
    command('list-sessions', '-F', `#{session_id} ${harmless('session_name')}`),
  ]);
  return lines.find((line) => line.slice(line.indexOf(' ') + 1) === name)?.split(' ')[0];
}

/** Names of a session's windows. */
export async function listWindowNames(server: TmuxServer, session: string): Promise<string[]> {
  const [lines = []] = await server.run([
    command('list-windows', '-t', session, '-F', harmless('window_name')),
  ]);
  return lines;
}

/** Names of all variables that a new pane of this session would inherit. */
export async function listVariableNames(server: TmuxServer, session: string): Promise<string[]> {
  const blocks = await server.run([
    command('show-environment', '-g'),
    command('show-environment', '-t', session),
  ]);
  const names = blocks.flat().map((line) => line.replace(/^-/, '').split('=')[0] ?? '');
  return [...new Set(names)].filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
}

/** Whether a server runs that has a session; by a client of its own, for who is not connected. Throws `TMUX_TIMEOUT`. */
export async function hasSessions(tmux: TmuxProgram): Promise<boolean> {
  try {
    return (await runTmux(tmux, ['list-sessions', '-F', '#{session_id}'])).trim() !== '';
  } catch (error) {
    if (error instanceof OrchestratorError && error.code === 'TMUX_GONE') return false;
    throw error;
  }
}
