import { openProcessTable } from '../../src/host/process-table.ts';
import type { Observation } from '../../src/model/observation.ts';
import { readScreen } from '../../src/model/screen.ts';
import type { PrivateTmux } from './private-tmux.ts';

const FORMAT = [
  ...[
    'pane_pid',
    'pane_width',
    'pane_height',
    'cursor_x',
    'cursor_y',
    'cursor_flag',
    'alternate_on',
    'pane_dead',
  ],
  ...['pane_dead_status', 'pane_dead_signal', 'pane_current_command', 'pane_title'],
]
  .map((name) => `#{${name}}`)
  .join('|');

/** Looks at a pane with plain tmux commands: an observation that owes nothing to the code that watches for a living. */
export async function observePane(tmux: PrivateTmux, pane: string): Promise<Observation> {
  const head = await tmux.run('display-message', '-p', '-t', pane, FORMAT);
  const text = await tmux.run('capture-pane', '-p', '-t', pane);
  const ansi = await tmux.run('capture-pane', '-p', '-e', '-t', pane);
  const [pid, columns, rows, x, y, cursor, alternate, dead, status, signal, command = '', ...title] =
    head.split('|');
  const processes = await openProcessTable().readTree(Number(pid));
  return {
    at: Date.now(),
    dead: dead === '1',
    deadStatus: status ? Number(status) : null,
    deadSignal: signal ? Number(signal) : null,
    title: title.join('|'),
    command,
    ...(processes ? { processes } : {}),
    screen: readScreen({
      size: [Number(columns), Number(rows)],
      text,
      ansi,
      cursor: [Number(x), Number(y)],
      cursorVisible: cursor === '1',
      alternate: alternate === '1',
    }),
  };
}
