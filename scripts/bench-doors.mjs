// How fast the doors answer with 100 agents, and what a flood of requests with a token does to others. See "Benchmark" in README.md.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCpuMs, readRssBytes } from './bench/cost.mjs';
import { startFarm } from './bench/farm.mjs';
import { readOptions } from './bench/options.mjs';
import { quantile } from './bench/probe.mjs';
import { sleep, until } from './bench/wait.mjs';

const USAGE = `Usage: node scripts/bench-doors.mjs [--agents 100] [--seconds 10]

Asks a worker for all its agents, over the control socket and over the network door, from a process of its own; then floods the network
door with 20 times the requests that a token may make, and as many as it takes, and looks how long the socket takes to answer meanwhile.`;
const options = readOptions(USAGE, { agents: 100, seconds: 10 });

const MAIN = join(import.meta.dirname, '../dist/cli/main.js');
const CLIENT = join(import.meta.dirname, 'bench/door-client.mjs');
const READS_PER_MINUTE = 120;
const { seconds, agents } = options;

const home = mkdtempSync(join(tmpdir(), 'tmo-bench-doors-'));
const farm = await startFarm(agents, home);
const worker = startWorker(home, farm.socket);
try {
  const door = await worker.untilReady(agents);
  print(['what', 'answers', 'answers/s', 'p50', 'p99', 'worker CPU an answer', 'RSS +']);
  const socket = { path: worker.socket, headers: ['Host: localhost'], target: '/v1/agents' };
  const port = {
    port: door.port,
    headers: [`Host: 127.0.0.1:${door.port}`, `Authorization: Bearer ${door.token}`],
  };
  await measure('warm-up', { ...socket, seconds: 2 });
  await measure('socket, agent.list, one connection', { ...socket, seconds });
  await measure('socket, agent.list, 8 connections', { ...socket, seconds, connections: 8 });
  await measure('socket, agent.get', { ...socket, target: `/v1/agents/${door.agent}`, seconds });
  await flood('20 times the limit', port, { connections: 4, perSecond: (20 * READS_PER_MINUTE) / 60 });
  await flood('as fast as it goes', port, { connections: 16 });
} finally {
  worker.stop();
  await worker.ended;
  farm.stop();
  rmSync(home, { recursive: true, force: true });
}

/** One line of the table. */
async function measure(name, options) {
  const before = { cpuMs: readCpuMs(worker.pid), rss: readRssBytes(worker.pid) };
  const begun = Date.now();
  const { times, statuses } = await runClient(options);
  const tookMs = Date.now() - begun;
  const cpuMs = readCpuMs(worker.pid) - before.cpuMs;
  print([
    name,
    Object.entries(statuses)
      .map(([status, count]) => `${count} x ${status}`)
      .join(', '),
    (times.length / (tookMs / 1_000)).toFixed(0),
    `${quantile(times, 0.5).toFixed(2)} ms`,
    `${quantile(times, 0.99).toFixed(2)} ms`,
    `${(cpuMs / times.length).toFixed(3)} ms`,
    `${((readRssBytes(worker.pid) - before.rss) / 1e6).toFixed(1)} MB`,
  ]);
  return statuses;
}

/** A token asks far too often; the socket must not feel it. */
async function flood(name, target, pace) {
  const flooding = measure(`flood: ${name}`, { ...target, target: '/v1/agents', seconds, ...pace });
  const calm = {
    path: worker.socket,
    headers: ['Host: localhost'],
    target: '/v1/agents',
    seconds: seconds - 1,
    perSecond: 20,
  };
  await sleep(500);
  const { times } = await runClient(calm);
  const statuses = await flooding;
  const p99 = quantile(times, 0.99);
  console.log(
    `  meanwhile on the socket: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${times.length}`,
  );
  const accepted = statuses[200] ?? 0;
  console.log(`  accepted: ${accepted} of at most ${READS_PER_MINUTE} a minute`);
  if (accepted > READS_PER_MINUTE || p99 > 250) process.exitCode = 1;
}

function runClient(options) {
  const child = spawn(process.execPath, [CLIENT], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(options));
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  return new Promise((resolve) => child.once('close', () => resolve(JSON.parse(text))));
}

function print(cells) {
  const widths = [38, 24, 9, 9, 9, 20, 8];
  console.log(
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

function startWorker(folder, socket) {
  const config = join(folder, 'config/tmux-orchestrator');
  mkdirSync(config, { recursive: true });
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  writeFileSync(join(config, 'config.yaml'), `api:\n  port: 0\n  readsPerMinute: ${READS_PER_MINUTE}\n`);
  const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN, 'run', '--socket-path', socket], {
    env: {
      ...env,
      ...{ XDG_RUNTIME_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'state') },
      XDG_CONFIG_HOME: join(folder, 'config'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (part) => {
    log += part;
  });
  const path = join(folder, 'run/tmux-orchestrator/control.sock');
  const runtime = join(folder, 'run/tmux-orchestrator/agents');
  const known = () => {
    try {
      return readdirSync(runtime).length;
    } catch {
      return 0;
    }
  };
  return {
    pid: child.pid,
    socket: path,
    ended: new Promise((resolve) => child.once('close', resolve)),
    stop: () => child.kill('SIGTERM'),
    async untilReady(count) {
      await until(
        () => known() >= count && /listening for programs/.test(log),
        60_000,
        () => log.slice(-500),
      );
      await sleep(3_000);
      const port = Number(/"port":(\d+)[^\n]*listening for programs/.exec(log)[1]);
      const { secret } = await post(path, '/v1/tokens', { scope: 'read' });
      return { port, token: secret, agent: readdirSync(runtime)[0].replace('.json', '') };
    },
  };
}

function post(socketPath, path, body) {
  const headers = { host: 'localhost', 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method: 'POST', path, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve(JSON.parse(text)));
    });
    asking.on('error', reject).end(JSON.stringify(body));
  });
}
