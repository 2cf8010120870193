import type { Ground } from './ground.ts';
import { findManaged } from './managed.ts';
import { readScreenEnd } from './screen-end.ts';

/** Whether the error that an agent stopped with is that it cannot log in. */
export async function cannotLogIn(ground: Ground, name: string): Promise<boolean> {
  const said = await readScreenEnd(ground, name);
  const agent = findManaged(ground, name);
  if (agent === undefined || said === undefined) return false;
  return agent.fold.state === 'error' && agent.profile.authenticationErrors.test(said);
}
