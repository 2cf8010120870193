import { readFileSync } from 'node:fs';
import { execa } from 'execa';

const TICK_MS = 10;

/** The usual way: one `tmux capture-pane` process a pane. CPU of this process and of the clients it starts, without the server's. */
export async function measureProcessPerPane(socket, panes) {
  const before = readOwnCpuMs();
  const startedAt = performance.now();
  for (const pane of panes) await execa('tmux', ['-S', socket, 'capture-pane', '-p', '-t', pane.id]);
  return {
    cpuUsPerLook: ((readOwnCpuMs() - before) * 1_000) / panes.length,
    wallMsPerLook: (performance.now() - startedAt) / panes.length,
  };
}

/** Our own CPU and that of children that have ended: utime, stime, cutime, cstime of proc(5). */
function readOwnCpuMs() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}
