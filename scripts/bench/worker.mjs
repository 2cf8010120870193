import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { sleep } from './wait.mjs';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

/** A worker with directories of its own below `home`, which answers when this comes back. `words`: which tmux server. */
export async function startWorker({ home, words, config }) {
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  mkdirSync(join(home, 'config/tmux-orchestrator'), { recursive: true });
  writeFileSync(join(home, 'config/tmux-orchestrator/config.yaml'), config);
  const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
  const directories = {
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
  };
  const child = spawn(process.execPath, [MAIN, 'run', ...words], {
    env: { ...env, ...directories },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const socket = join(home, 'run/tmux-orchestrator/control.sock');
  const ask = (method, path, body) => askOver(socket, method, path, body);
  for (let i = 0; i < 300 && !(await answers(ask)); i++) await sleep(100);
  return {
    pid: child.pid,
    state: join(home, 'state/tmux-orchestrator'),
    ask,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function answers(ask) {
  try {
    await ask('GET', '/v1/agents');
    return true;
  } catch {
    return false;
  }
}

function askOver(socketPath, method, path, body) {
  const headers = { host: 'localhost', 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => (answer.statusCode < 400 ? resolve(JSON.parse(text)) : reject(new Error(text))));
    });
    asking.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}
