import { renameWindow } from '../tmux/pane-start.ts';
import { tagPane } from '../tmux/pane-tag.ts';
import type { Ground } from './ground.ts';
import { confirmPane, findManaged } from './managed.ts';

/**
 * Gives an agent another name: its file first, then its pane, and its window where that bore the old name because we opened it so. Who dies in
 * between leaves a pane with the old name, which the next worker mends.
 */
export async function renameAgent(ground: Ground, name: string, to: string): Promise<void> {
  const agent = findManaged(ground, name);
  if (agent === undefined) {
    renameFile(ground, name, to);
    ground.fleet.update(to, { renamedFrom: null });
    ground.roster.refresh(name);
    ground.roster.refresh(to);
    return;
  }
  await ground.turns.take(agent.pane.id, async () => {
    const own = await confirmPane(ground, name);
    const ownWindow = renameFile(ground, name, to);
    if (own !== undefined) await tagPane(ground.server(), own.id, to);
    ground.fleet.update(to, { renamedFrom: null });
    if (own !== undefined && ownWindow) await renameWindow(ground.server(), own.id, to);
    agent.place = { ...agent.place, tag: to };
    ground.roster.renew(agent, { name: to });
  });
}

/** Tells whether the name of the window changes too. */
function renameFile({ fleet }: Ground, name: string, to: string): boolean {
  const { origin, window } = fleet.get(name);
  const ownWindow = origin === 'spawned' && window === name;
  fleet.rename(name, to, ownWindow ? { window: to } : {});
  return ownWindow;
}
