import { harmless, lost } from './look.ts';
import { command, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** What else stands in the way of typing into a pane, beside what its screen shows. */
export interface PaneSigns {
  /** Copy mode, a menu of tmux, its clock. */
  inMode: boolean;
  /** `select-pane -d`: what is typed is thrown away. */
  inputOff: boolean;
  /** What is typed here goes to the other panes of the window too. */
  synchronized: boolean;
  /** Name that the pane carries as one of ours; anybody can set it. */
  tag: string;
  /** Last key of a person whose client has this pane in front; null where there is none. Milliseconds since the epoch. */
  humanActiveAt: number | null;
}

const FORMAT = [
  ...['pane_id', 'pane_in_mode', 'pane_input_off', 'pane_synchronized'].map((name) => `#{${name}}`),
  harmless('@tmux_orchestrator_agent'),
].join(' ');
const LIST_CLIENTS = command(
  'list-clients',
  '-F',
  '#{pane_id} #{client_control_mode} #{client_readonly} #{client_activity}',
);

/** Reads the signs of a pane with one line of commands. Fails with `NOT_FOUND` where it has gone. */
export async function readPaneSigns(server: TmuxServer, pane: PaneId): Promise<PaneSigns> {
  const commands = [command('display-message', '-p', '-t', pane, FORMAT), LIST_CLIENTS];
  const [head, clients = []] = await server.run(commands, { linesMin: (index) => (index === 0 ? 1 : 0) });
  const [id, inMode, inputOff, synchronized, ...tag] = (head?.[0] ?? '').split(' ');
  if (id !== pane) throw lost(pane);
  return {
    inMode: inMode !== '0',
    inputOff: inputOff === '1',
    synchronized: synchronized === '1',
    tag: tag.join(' '),
    humanActiveAt: readActivity(clients, pane),
  };
}

/** tmux tells the second: a key is taken to have come at its end. Programs and those who may only look on press no keys. */
function readActivity(clients: readonly string[], pane: PaneId): number | null {
  const instants = clients
    .map((line) => line.split(' '))
    .filter(([id, control, readOnly]) => id === pane && control !== '1' && readOnly !== '1')
    .map(([, , , second]) => Number(second) * 1_000 + 999);
  return instants.length === 0 ? null : Math.max(...instants);
}
