import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { busyFrame, COLUMNS, dialogFrame, idleFrame, ROWS } from './frames.mjs';

const WINDOWS_PER_SESSION = 25;
const PAINT_EVERY_MS = 100;

/** A private tmux server whose panes hold processes called `claude`; their screens are painted from here, over their terminals. */
export async function startFarm(count, home) {
  const socket = join(home, 'tmux.sock');
  const script = join(home, 'farm.conf');
  writeFileSync(script, farmCommands(count));
  execFileSync('tmux', ['-S', socket, '-f', '/dev/null', 'start-server', ';', 'source-file', script], {
    env: { ...process.env, TMUX: '' },
  });
  const listing = tmux(socket, 'list-panes', '-a', '-F', '#{pane_id} #{pane_tty} #{pid}').trim().split('\n');
  const panes = listing.map((line) => {
    const [id, tty] = line.split(' ');
    return {
      id,
      tty,
      descriptor: openSync(tty, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK),
    };
  });
  const serverPid = Number(listing[0].split(' ')[2]);
  for (const pane of panes) write(pane, idleFrame);
  return makeFarm({ socket, panes, serverPid });
}

function farmCommands(count) {
  const program = '"exec -a claude sleep 100000"';
  const lines = [
    'set -g default-shell /bin/bash',
    `set -g default-size ${COLUMNS}x${ROWS}`,
    'set -g status off',
  ];
  for (let i = 0; i < count; i++) {
    const session = Math.floor(i / WINDOWS_PER_SESSION);
    const first = i % WINDOWS_PER_SESSION === 0;
    lines.push(
      first
        ? `new-session -d -s farm${session} -x ${COLUMNS} -y ${ROWS} ${program}`
        : `new-window -d -t farm${session}: ${program}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function makeFarm({ socket, panes, serverPid }) {
  let timer;
  let painting = [];
  return {
    socket,
    panes,
    serverPid,
    /** From now on so many percent of the panes paint a spinner ten times a second; the others show an idle screen. */
    paint(percent) {
      clearInterval(timer);
      for (const pane of painting) write(pane, idleFrame);
      const step = percent === 0 ? Number.POSITIVE_INFINITY : 100 / percent;
      painting = panes.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step) && percent > 0);
      let n = 0;
      timer = setInterval(() => {
        n++;
        for (const pane of painting) if (!pane.dialog) write(pane, busyFrame(n));
      }, PAINT_EVERY_MS);
    },
    showDialog(pane) {
      pane.dialog = true;
      write(pane, dialogFrame);
    },
    hideDialog(pane) {
      pane.dialog = false;
      write(pane, idleFrame);
    },
    stop() {
      clearInterval(timer);
      for (const pane of panes) closeSync(pane.descriptor);
      tmux(socket, 'kill-server');
    },
  };
}

/** A terminal whose reader is behind refuses the write; a frame less is what a slow terminal shows too. */
function write(pane, frame) {
  try {
    writeSync(pane.descriptor, frame);
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error;
  }
}

function tmux(socket, ...words) {
  return execFileSync('tmux', ['-S', socket, ...words], { encoding: 'utf8' });
}
