import { command, decodeVis, type PaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** What had scrolled out above a pane's screen: its last lines. Leak-free, like a look; empty where nothing did. */
export async function readHistory(server: TmuxServer, pane: PaneId, linesMax: number): Promise<string> {
  const [head] = await server.run([command('display-message', '-p', '-t', pane, '#{history_size}')], {
    linesMin: () => 1,
  });
  const lines = Math.min(Number(head?.[0] ?? 0), linesMax);
  if (!(lines > 0)) return '';
  const buffer = `tmux-orchestrator-history-${process.pid}`;
  const commands = [
    command('capture-pane', '-b', buffer, '-t', pane, '-S', `-${lines}`, '-E', '-1'),
    command('show-buffer', '-b', buffer),
    command('delete-buffer', '-b', buffer),
  ];
  const blocks = await server.run(commands, { linesMin: (index) => (index === 1 ? lines : 0) });
  return (blocks[1] ?? []).map(decodeVis).join('\n');
}
