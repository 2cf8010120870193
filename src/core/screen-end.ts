import { lookAtPane } from '../tmux/look.ts';
import type { Ground } from './ground.ts';
import { findManaged } from './managed.ts';

/** Of a screen with an error or a limit, the end tells what it is. */
const ROWS = 12;

/** The last rows of a managed agent's screen in one line, blanks folded: phrases may wrap. Undefined where it has no pane. */
export async function readScreenEnd(ground: Ground, name: string): Promise<string | undefined> {
  const agent = findManaged(ground, name);
  if (agent === undefined) return undefined;
  const { text } = await lookAtPane(ground.server(), agent.pane.id);
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  return rows.slice(-ROWS).join(' ').replace(/\s+/g, ' ');
}
