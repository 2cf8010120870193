import { type PaneCondition, runIf } from './pane-condition.ts';
import { command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/**
 * Pastes the text of a message where the condition holds in that moment; gives whether it did. The text travels over the connection in a
 * buffer of its own, which is gone afterwards; `-p` frames it as a paste where the program asked for that, `-r` keeps LF as it is.
 */
export async function pasteIf(
  server: TmuxServer,
  pane: PaneId,
  condition: PaneCondition,
  { id, text }: { id: string; text: string },
): Promise<boolean> {
  const buffer = `tmux-orchestrator-${process.pid}-${id}`;
  const before = [command('set-buffer', '-b', buffer, '--', text)];
  const act = command('paste-buffer', '-p', '-r', '-d', '-b', buffer, '-t', pane);
  let pasted = false;
  try {
    pasted = await runIf(server, pane, condition, { before, act });
  } finally {
    if (!pasted) await forget(server, buffer);
  }
  return pasted;
}

/** What was not pasted must not stay on the server, where any client could read it. */
async function forget(server: TmuxServer, buffer: string): Promise<void> {
  await server.run([command('delete-buffer', '-b', buffer)]).catch(() => undefined);
}
