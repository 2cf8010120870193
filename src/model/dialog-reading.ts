import type { Dialog } from './dialog.ts';
import type { Profile } from './profile.ts';
import type { Screen } from './screen.ts';
import type { AgentState } from './state.ts';

/** The dialog on a screen, by what the profile knows of its dialogs. `seed` makes its id that of one process alone. */
export function readDialog(
  _screen: Screen,
  _profile: Profile,
  _state: AgentState,
  _seed: string,
): Dialog | null {
  return null;
}
