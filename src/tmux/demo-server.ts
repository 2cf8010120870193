import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { chooseServer, clientEnvironment, type ServerAddress } from './socket.ts';
import { COMMAND_TIME_LIMIT_MS } from './spawned.ts';

/** A private tmux server that shows what the orchestrator is for. */
export interface DemoServer {
  address: ServerAddress;
  /** Ends the server and the agents in it. */
  close(): Promise<void>;
}

const SOCKET_NAME = 'tmux-orchestrator-demo';
/** A stand-in's name decides where its play begins: these are at work, asking and limited within ten seconds. */
const AGENTS = ['barbara', 'dennis', 'ken'];
const STAND_IN = fileURLToPath(new URL('../stand-in/main.js', import.meta.url));

/** Starts it with three stand-in agents that play through their states; one left by a killed demo is ended first. It reads no tmux.conf. */
export async function startDemoServer(program: string, uid: number): Promise<DemoServer> {
  const address = chooseServer([{ socketName: SOCKET_NAME, source: 'default' }], process.env, uid);
  const run = (...words: string[]) =>
    execa(program, ['-u', ...address.arguments, '-f', '/dev/null', ...words], {
      env: { ...clientEnvironment(process.env), TERM: process.env.TERM ?? 'screen' },
      extendEnv: false,
      stdin: 'ignore',
      timeout: COMMAND_TIME_LIMIT_MS,
    });
  const close = async () => {
    await run('kill-server').catch(() => undefined);
  };
  await close();
  for (const [i, name] of AGENTS.entries()) {
    const place =
      i === 0
        ? ['new-session', '-d', '-s', 'demo', '-x', '100', '-y', '30']
        : ['new-window', '-d', '-t', 'demo:'];
    await run(...place, '-n', name, process.execPath, STAND_IN, '--name', name, '--script', 'demo');
  }
  return { address, close };
}
