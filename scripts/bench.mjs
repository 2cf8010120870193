// What the watch costs and how fast it is, on private tmux servers. See "Benchmark" in README.md.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCpuMs, readRssBytes, startIdleNode } from './bench/cost.mjs';
import { startFarm } from './bench/farm.mjs';
import { readOptions } from './bench/options.mjs';
import { probeLatencies, quantile } from './bench/probe.mjs';
import { measureProcessPerPane } from './bench/process-per-pane.mjs';
import { printTable } from './bench/report.mjs';
import { sleep, until } from './bench/wait.mjs';

const USAGE = `Usage: npm run bench -- [--panes 10,100] [--activity 0,10] [--seconds 20] [--probes 25] [--json FILE]

Panes of a private tmux server each hold a process called "claude" on whose terminal this script paints. "activity" is the share of
panes (in percent) that paint a spinner ten times a second. Cost is measured for so many seconds, latency with so many probes.`;
const options = readOptions(USAGE, {
  panes: [10, 100, 500, 1_000],
  activity: [0, 1, 10, 100],
  seconds: 20,
  probes: 25,
  json: null,
});

/** The watch goes over all panes once a second. */
const TICK_MS = 1_000;
/** `worker.json` is written every five seconds: its counters are that old at most. */
const SETTLE_MS = 8_000;
/** From a dialog on the screen to its event, median. */
const LATENCY_MAX_MS = 500;

const { seconds } = options;
const results = [];
const idleNode = startIdleNode();
try {
  for (const panes of options.panes) results.push(...(await measureFarm(panes)));
} finally {
  idleNode.kill();
}
printTable(results);
if (results.some(({ latencyMedianMs }) => latencyMedianMs > LATENCY_MAX_MS)) process.exitCode = 1;
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);

/** All activities with one number of panes, on one server with one worker. */
async function measureFarm(panes) {
  const home = mkdtempSync(join(tmpdir(), 'tmo-bench-'));
  const farm = await startFarm(panes, home);
  const worker = startWorker(farm.socket, home);
  try {
    await worker.readiness(panes);
    const perProcess = await measureProcessPerPane(farm.socket, farm.panes.slice(0, 100));
    const rows = [];
    for (const percent of options.activity) rows.push(await measure(farm, worker, percent, perProcess));
    return rows;
  } finally {
    await worker.stop();
    farm.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(farm, worker, percent, perProcess) {
  console.error(`${farm.panes.length} panes, ${percent} % painting …`);
  farm.paint(percent);
  await sleep(SETTLE_MS);
  const before = sample(farm, worker);
  await sleep(seconds * 1_000);
  const after = sample(farm, worker);
  const share = (key) => ((after[key] - before[key]) / (after.at - before.at)) * 100;
  const ticks = (after.at - before.at) / TICK_MS;
  const cpuUsPerLook = ((after.worker - before.worker) * 1_000) / (ticks * farm.panes.length);
  const latencies = await probeLatencies(farm, worker, options.probes);
  farm.paint(0);
  return {
    panes: farm.panes.length,
    activityPercent: percent,
    workerCpuPercent: share('worker'),
    serverCpuPercent: share('server'),
    idleNodeCpuPercent: share('idle'),
    looksPerSecond: (after.looks - before.looks) / ((after.at - before.at) / 1_000),
    latencyMedianMs: quantile(latencies, 0.5),
    latencyP95Ms: quantile(latencies, 0.95),
    probes: latencies.length,
    probesMissed: options.probes - latencies.length,
    rssMb: readRssBytes(worker.pid) / 1_048_576,
    cpuUsPerPaneAndTick: cpuUsPerLook,
    processCpuUsPerLook: perProcess.cpuUsPerLook,
    timesLessCpu: perProcess.cpuUsPerLook / cpuUsPerLook,
  };
}

function sample(farm, worker) {
  const { counters } = worker.state();
  return {
    at: performance.now(),
    worker: readCpuMs(worker.pid),
    server: readCpuMs(farm.serverPid),
    idle: readCpuMs(idleNode.pid),
    looks: counters.looks,
  };
}

/** The real worker, as a user would run it, with directories of its own. */
function startWorker(socket, home) {
  const env = { ...process.env, TMUX: '', TMUX_ORCHESTRATOR_LOG_LEVEL: 'error' };
  for (const name of ['RUNTIME_DIR', 'STATE_HOME', 'CONFIG_HOME']) {
    env[`XDG_${name}`] = join(home, name);
    mkdirSync(env[`XDG_${name}`], { mode: 0o700 });
  }
  const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, 'run', '--socket-path', socket], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const runtime = join(env.XDG_RUNTIME_DIR, 'tmux-orchestrator');
  return makeWorker(child, runtime, join(env.XDG_STATE_HOME, 'tmux-orchestrator/events.jsonl'));
}

function makeWorker(child, runtime, journal) {
  const state = () => readJson(join(runtime, 'worker.json'));
  return {
    pid: child.pid,
    runtime,
    journal,
    state,
    readiness: (panes) =>
      until(
        () => countIdle(runtime) === panes,
        120_000,
        () => `${countIdle(runtime)} of ${panes} idle`,
      ),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

function countIdle(runtime) {
  const folder = join(runtime, 'agents');
  return list(folder).filter(
    (file) => file.endsWith('.json') && readJson(join(folder, file)).state === 'idle',
  ).length;
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
