// How long it takes from a permission dialog on the screen to the notice at a webhook. See "Benchmark" in README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFarm } from './bench/farm.mjs';
import { readOptions } from './bench/options.mjs';
import { quantile } from './bench/probe.mjs';
import { sleep, until } from './bench/wait.mjs';
import { startWorker } from './bench/worker.mjs';

const USAGE = `Usage: node scripts/bench-notices.mjs [--agents 200] [--painting 10] [--probes 60]

Panes of a private tmux server each hold a process called "claude", so many percent of which paint a spinner ten times a second. Dialogs
come up in so many panes one after the other, then in all panes that have none in the same moment, and are looked for at a webhook.`;
const options = readOptions(USAGE, { agents: 200, painting: 10, probes: 60 });

const LATE_MAX_MS = 2_000;
const count = options.agents;
const probes = Math.min(options.probes, count - 1);
const home = mkdtempSync(join(tmpdir(), 'tmo-bench-notices-'));
const farm = await startFarm(count, home);
/** When the notice of an agent came, by its name. */
const came = new Map();
const hook = createServer(async (asked, answer) => {
  let text = '';
  for await (const part of asked) text += part;
  for (const { agent, kind } of JSON.parse(text).notices)
    if (kind === 'approval') came.set(agent, Date.now());
  answer.end();
}).listen(0, '127.0.0.1');
await new Promise((resolve) => hook.once('listening', resolve));
const url = `http://127.0.0.1:${hook.address().port}/`;
const config = `notices:
  notifiers:
    - { name: dead, kind: webhook, url: "http://127.0.0.1:1/" }
    - { name: hook, kind: webhook, url: "${url}" }
`;
const worker = await startWorker({ home, words: ['--socket-path', farm.socket], config });
try {
  const names = await nameAgents();
  farm.paint(options.painting);
  await sleep(5_000);
  const apart = Math.max(1, Math.floor(count / probes));
  const single = farm.panes.filter((_, i) => i % apart === 0).slice(0, probes);
  const shownAt = new Map();
  for (const pane of single) {
    show(pane, shownAt);
    await sleep(300 + Math.random() * 400);
  }
  await sleep(3_000);
  tell(`${single.length} one after the other`, single, shownAt, names);
  const rest = farm.panes.filter((pane) => !shownAt.has(pane.id));
  for (const pane of rest) show(pane, shownAt);
  await sleep(5_000);
  tell(`${rest.length} in the same moment`, rest, shownAt, names);
} finally {
  await worker.stop();
  farm.stop();
  hook.closeAllConnections();
  hook.close();
  rmSync(home, { recursive: true, force: true });
}

function show(pane, shownAt) {
  shownAt.set(pane.id, Date.now());
  farm.showDialog(pane);
}

function tell(what, panes, shownAt, names) {
  const times = panes.map(
    ({ id }) => (came.get(names.get(id)) ?? Number.POSITIVE_INFINITY) - shownAt.get(id),
  );
  const most = Math.max(...times);
  console.log(
    `${what}: ${quantile(times, 0.5).toFixed(0)} ms (median), ${quantile(times, 0.95).toFixed(0)} ms (p95), ${most.toFixed(0)} ms at most`,
  );
  if (most > LATE_MAX_MS) process.exitCode = 1;
}

/** Names by pane, as soon as all are known and at rest. */
async function nameAgents() {
  let agents = [];
  let asking = false;
  const refresh = async () => {
    if (asking) return;
    asking = true;
    ({ agents } = await worker.ask('GET', '/v1/agents'));
    asking = false;
  };
  const allIdle = () => {
    void refresh();
    return agents.filter(({ state }) => state === 'idle').length === count;
  };
  await until(allIdle, 60_000, () => `${agents.length} agents`);
  return new Map(agents.map(({ pane, name }) => [pane, name]));
}
