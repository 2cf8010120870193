import { harmless, lost, wrapLoss } from './look.ts';
import { command, type PaneId, readPaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** The option of a pane that tells whose it is. */
const TAG = '@tmux_orchestrator_agent';

/** Makes a pane carry its agent's name, and stay when its process ends. */
export async function tagPane(server: TmuxServer, pane: PaneId, name: string): Promise<void> {
  await server.run([
    command('set-option', '-p', '-t', pane, TAG, name),
    command('set-option', '-p', '-t', pane, 'remain-on-exit', 'on'),
  ]);
}

export async function untagPane(server: TmuxServer, pane: PaneId): Promise<void> {
  await server.run([
    command('set-option', '-p', '-u', '-t', pane, TAG),
    command('set-option', '-p', '-u', '-t', pane, 'remain-on-exit'),
  ]);
}

/** What a pane carries now, empty where nothing; and its session. Fails with `NOT_FOUND` where the pane has gone. */
export async function readTag(server: TmuxServer, pane: PaneId): Promise<{ tag: string; sessionId: string }> {
  const format = `#{pane_id} #{session_id} ${harmless(TAG)}`;
  const [lines] = await server
    .run([command('display-message', '-p', '-t', pane, format)], { linesMin: () => 1 })
    .catch((error: unknown) => {
      throw wrapLoss(error, pane);
    });
  const [id, sessionId = '', ...tag] = (lines?.[0] ?? '').split(' ');
  if (id !== pane) throw lost(pane);
  return { sessionId, tag: tag.join(' ') };
}

/** All panes that carry something. */
export async function listTags(server: TmuxServer): Promise<Map<PaneId, string>> {
  const [lines = []] = await server.run([command('list-panes', '-a', '-F', `#{pane_id} ${harmless(TAG)}`)]);
  const tagged = lines.filter((line) => !line.endsWith(' '));
  return new Map(
    tagged.map((line) => [readPaneId(line.split(' ')[0] ?? ''), line.slice(line.indexOf(' ') + 1)]),
  );
}
