import type { WaitReason } from './message.ts';
import type { AgentState } from './state.ts';

/** What is known of the recipient and its pane right before a delivery. All but the instants comes from one fresh look. */
export interface GateFacts {
  managed: boolean;
  paused: boolean;
  held: boolean;
  /** An agent that shares its account has reached a usage limit. */
  parked: boolean;
  /** Its pane is known and there. */
  hasPane: boolean;
  /** The tmux server answers. */
  connected: boolean;
  /** `pane_dead`. */
  dead: boolean;
  /** `pane_in_mode`: copy mode, a menu of tmux, its clock. */
  inMode: boolean;
  /** `pane_input_off`. */
  inputOff: boolean;
  /** `pane_synchronized`: what is typed here goes to other panes as well. */
  synchronized: boolean;
  /** The CLI itself reads the terminal, not a shell or an editor it started. */
  inForeground: boolean;
  state: AgentState;
  /** A reading that differs from the state and waits to be confirmed. */
  pending: AgentState | null;
  /** Text that is not ours stands in the prompt, whatever the state says. */
  hasDraft: boolean;
  /** The CLI queues by itself what is sent while it works, and the sender wants that. */
  mayQueue: boolean;
  /** The message tells it to go on after a usage limit or a fault. */
  continues: boolean;
  /** Last key of a person whose client shows this pane; null where there was none. Milliseconds since the epoch, as `now`. */
  humanActiveAt: number | null;
  now: number;
  /** How long after a person's last key nothing is typed. Milliseconds. */
  quietMs: number;
}

export type Gate = { open: true } | { open: false; reason: WaitReason };

/** Whether the recipient takes a message now, or what it must wait for: the first thing in the way, what lasts longest before what passes. */
export function judgeGate(facts: GateFacts): Gate {
  const reason =
    blockedByRecord(facts) ?? blockedByPane(facts) ?? blockedByState(facts) ?? blockedByPerson(facts);
  return reason === null ? { open: true } : { open: false, reason };
}

/** What we ourselves have noted. */
function blockedByRecord({ managed, paused, held }: GateFacts): WaitReason | null {
  if (!managed) return 'not-managed';
  if (paused) return 'paused';
  return held ? 'held' : null;
}

/** What tmux says. */
function blockedByPane(facts: GateFacts): WaitReason | null {
  if (!facts.connected) return 'server';
  if (!facts.hasPane) return 'no-pane';
  if (facts.dead) return 'dead';
  if (facts.inMode) return 'copy-mode';
  if (facts.inputOff) return 'input-off';
  return facts.synchronized ? 'synchronized' : null;
}

/** What its process and its screen say. The state comes first, as it tells a person more than that the CLI has no terminal. */
function blockedByState({ pending, inForeground, ...facts }: GateFacts): WaitReason | null {
  const { state, mayQueue } = facts;
  if (state !== 'idle' && !(state === 'busy' && mayQueue) && !maySendAnyway(facts)) return state;
  if (!inForeground) return 'not-foreground';
  if (facts.parked && !facts.continues) return 'limited';
  // A busy agent whose rest waits to be confirmed is neither: it is asked again in a moment.
  return pending === 'idle' ? 'busy' : pending;
}

/** An agent that a limit or a fault stopped goes on showing it at an empty prompt until somebody says something. */
export function maySendAnyway({ state, continues }: Pick<GateFacts, 'state' | 'continues'>): boolean {
  return continues && (state === 'limited' || state === 'error');
}

/** A person at the keyboard. A clock that was set back counts as a key just now. */
function blockedByPerson({ hasDraft, humanActiveAt, now, quietMs }: GateFacts): WaitReason | null {
  if (hasDraft) return 'draft';
  return humanActiveAt !== null && now - humanActiveAt < quietMs ? 'human-typing' : null;
}
