import { lookAtPane } from '../tmux/look.ts';
import type { Ground } from './ground.ts';
import { findManaged } from './managed.ts';

/** Of a screen with an error, the end tells what it is. */
const ROWS = 12;

/** Whether the error that an agent stopped with is that it cannot log in. */
export async function cannotLogIn(ground: Ground, name: string): Promise<boolean> {
  const agent = findManaged(ground, name);
  if (agent === undefined) return false;
  const { text } = await lookAtPane(ground.server(), agent.pane.id);
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  const said = rows.slice(-ROWS).join(' ').replace(/\s+/g, ' ');
  return agent.fold.state === 'error' && agent.profile.authenticationErrors.test(said);
}
