/** What an agent can be doing; see the table of states in README.md. */
export const AGENT_STATES = [
  'starting',
  'setup',
  'idle',
  'draft',
  'busy',
  'approval',
  'question',
  'limited',
  'retrying',
  'error',
  'compacting',
  'exited',
  'suspended',
  'dead',
  'stuck',
  'unknown',
] as const;

export type AgentState = (typeof AGENT_STATES)[number];

/** States in which nothing moves until a person does something. */
const NEEDS_PERSON: ReadonlySet<AgentState> = new Set([
  'setup',
  'approval',
  'question',
  'error',
  'exited',
  'suspended',
  'dead',
  'stuck',
]);

/** Whether an agent in this state waits for a person. `limited` ends by itself and is counted apart. */
export function needsPerson(state: AgentState): boolean {
  return NEEDS_PERSON.has(state);
}

/** States in which a CLI that was started has come up: it shows what it wants, or works. */
const STARTED: ReadonlySet<AgentState> = new Set([
  ...(['idle', 'draft', 'busy', 'setup', 'approval', 'question'] as const),
  ...(['limited', 'retrying', 'error', 'compacting'] as const),
]);

export function isStarted(state: AgentState): boolean {
  return STARTED.has(state);
}

/** Whether the agent has opened a dialog, which takes the keys. */
export function isDialog(state: AgentState): state is 'approval' | 'question' | 'setup' {
  return state === 'approval' || state === 'question' || state === 'setup';
}

/** Whether the CLI is gone. */
export function hasEnded(state: AgentState): boolean {
  return state === 'dead' || state === 'exited';
}
