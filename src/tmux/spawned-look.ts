import { harmless, LOOK_FORMAT, type Look, lost, readHead, wrapLoss } from './look.ts';
import type { PaneId } from './quoting.ts';
import { runTmux, type TmuxProgram } from './spawned.ts';

/** Which pane of which server is meant: ids of panes start anew with every server. */
export interface PaneIdentity {
  serverPid: number;
  /** Seconds since the epoch. */
  serverStartTime: number;
  panePid: number;
}

/** A look with colours, and the command that runs in the pane. */
export interface SpawnedLook extends Look {
  ansi: string;
  command: string;
}

const IDENTITY_FORMAT = `#{pid} #{start_time} #{pane_pid} ${harmless('pane_current_command')}`;

/**
 * Looks at a pane by one tmux process of its own: for commands that look once. All commands of a line are carried out together, so what is
 * told of the pane and what it shows belong to one moment. Fails with `NOT_FOUND` where the pane has gone or is another one by now.
 */
export async function lookOnce(
  tmux: TmuxProgram,
  pane: PaneId,
  expected: PaneIdentity,
): Promise<SpawnedLook> {
  const capture = ['capture-pane', '-p', '-t', pane];
  const display = ['display-message', '-p', '-t', pane];
  const words = [
    ...[...display, IDENTITY_FORMAT, ';', ...display, LOOK_FORMAT, ';'],
    ...[...capture, ';', ...capture, '-e'],
  ];
  const output = await runTmux(tmux, words).catch((error: unknown) => {
    throw wrapLoss(error, pane);
  });
  const [identity = '', head = '', ...screen] = output.split('\n');
  const command = readIdentity(identity, expected);
  if (command === undefined || !head.startsWith(`${pane} `)) throw lost(pane);
  const look = readHead(head, []);
  const text = screen.slice(0, look.rows).join('\n');
  const ansi = screen.slice(look.rows, 2 * look.rows).join('\n');
  return { ...look, text, ansi, command };
}

/** The pane's command, if the pane is the expected one. */
function readIdentity(line: string, expected: PaneIdentity): string | undefined {
  const [pid, startTime, panePid, ...command] = line.split(' ');
  const same =
    Number(pid) === expected.serverPid &&
    Number(startTime) === expected.serverStartTime &&
    Number(panePid) === expected.panePid;
  return same ? command.join(' ') : undefined;
}
