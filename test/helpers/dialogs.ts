import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import { readDialog } from '../../src/model/dialog-reading.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Recording } from '../../src/model/recording.ts';
import type { Screen } from '../../src/model/screen.ts';
import { AGENT_STATES, type AgentState } from '../../src/model/state.ts';
import { observe } from './recordings.ts';

export const DIALOG_STATES = ['approval', 'question', 'setup'] as const;

export function profileOf(agent: string): Profile {
  const profile = BUILT_IN_PROFILES.find((one) => one.name === agent);
  if (profile === undefined) throw new Error(`no profile ${agent}`);
  return profile;
}

/** The dialog of a recording in the state that it is labelled with, on its own screen or on a changed one. */
export function dialogOf(recording: Recording, screen: Screen = observe(recording).screen): Dialog | null {
  return readDialog(screen, profileOf(recording.agent), stateOf(recording), 'seed');
}

function stateOf({ state }: Recording): AgentState {
  const found = AGENT_STATES.find((one) => one === state);
  if (found === undefined) throw new Error(`no state ${state}`);
  return found;
}
