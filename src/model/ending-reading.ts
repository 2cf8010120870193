import type { Ending } from './ending.ts';

/** What a pane shows of the end of what ran in it. */
export interface PaneEnd {
  dead: boolean;
  deadStatus: number | null;
  deadSignal: number | null;
  alternate: boolean;
  cursorVisible: boolean;
}

/**
 * How the CLI in a pane came to its end. Behind a shell there is no exit status: a CLI that takes its leave gives the terminal back as it
 * found it, one that dies leaves its own screen or a hidden cursor standing.
 */
export function readEnding({ dead, deadStatus, deadSignal, alternate, cursorVisible }: PaneEnd): Ending {
  if (!dead) return { kind: 'shell', tidy: !alternate && cursorVisible };
  if (deadSignal !== null) return { kind: 'signal', signal: deadSignal };
  return deadStatus === null ? { kind: 'unknown' } : { kind: 'status', status: deadStatus };
}
