import type { Screen } from './screen.ts';

/** One process below a pane, as `ps` would show it. */
export interface ProcessNode {
  pid?: number;
  /** Start time in the kernel's own unit; only compared for equality (with `pid` it names a process for ever). */
  startTime?: string;
  /** `ps` STAT letters: first the state (`R S D T Z`), `+` for the terminal's foreground group. */
  stat: string;
  /** The kernel's short name; not trusted for recognition (`MainThread`, `node`). */
  comm: string;
  /** The argument vector. */
  argv: string[];
  children: ProcessNode[];
}

/** What an agent CLI itself says about its state, without any installation; `status` is its own word. */
export interface NativeSignal {
  /** Where it came from, for example `claude-session-file`. */
  source: string;
  status: string;
  /** A second word that refines `status`, for example `permission prompt`. */
  detail?: string;
  /** Version of the CLI, where it says so. */
  version?: string;
  /** The CLI's own id of the conversation, where it says so. */
  sessionId?: string;
}

/** What was seen of a pane at one moment. Everything but the numbers is untrusted. */
export interface Observation {
  /** When it was seen; milliseconds since the epoch. */
  at: number;
  dead: boolean;
  deadStatus: number | null;
  deadSignal: number | null;
  title: string;
  /** `pane_current_command`; in a dead pane the command it was started with. */
  command: string;
  /** The process of the pane with all below it; absent where it could not be read. */
  processes?: ProcessNode;
  /** How long ago we started it in this pane, where we did. Milliseconds. */
  launchAgeMs?: number;
  /** How long the CLI's own process has been running, where known. Milliseconds. */
  agentAgeMs?: number;
  native?: NativeSignal;
  screen: Screen;
}
