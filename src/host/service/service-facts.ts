import { join } from 'node:path';

/** Name of the systemd unit, and the identifier of its lines in the journal. */
export const UNIT_NAME = 'tmux-orchestrator';
/** launchd's name for the job; its file is called the same. */
export const LAUNCHD_LABEL = 'io.github.tmux-orchestrator';

/** Where the plist of launchd sends standard output and error. */
export function launchdLogPath(home: string): string {
  return join(home, 'Library/Logs/tmux-orchestrator/worker.log');
}

/** What a unit or plist is filled with. */
export interface ServiceFacts {
  /** Absolute path of the Node.js that runs the worker. */
  node: string;
  /** Absolute path of the program's main.js. */
  main: string;
  /** PATH of the worker, and so of what it starts. */
  path: string;
  uid: number;
  home: string;
  /** Version of the program that writes the file. */
  version: string;
}

/** Who starts the worker and starts it again. */
export type Supervisor =
  /** `unitFolder`: where the manager looks for this user's own units. It may have another XDG_CONFIG_HOME than the shell. */
  { kind: 'systemd'; version: number; unitFolder: string } | { kind: 'launchd' };
