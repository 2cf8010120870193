import { type PaneCondition, runIf } from './pane-condition.ts';
import { command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** Keys that are ever pressed; never text, which would be read as names of keys. */
export type Key = 'Enter' | 'Escape' | 'Up' | 'Down' | 'Left' | 'Right' | 'Tab' | 'Space' | 'C-u' | 'C-c';

/** Presses keys in a pane, one after the other. */
export async function pressKeys(server: TmuxServer, pane: PaneId, keys: readonly Key[]): Promise<void> {
  if (keys.length === 0) return;
  await server.run(keys.map((key) => command('send-keys', '-t', pane, key)));
}

/** Presses a key if the condition holds in that moment; gives whether it did. */
export function pressKeyIf(
  server: TmuxServer,
  pane: PaneId,
  condition: PaneCondition,
  key: Key,
): Promise<boolean> {
  return runIf(server, pane, condition, { act: command('send-keys', '-t', pane, key) });
}
