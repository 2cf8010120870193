// What thousands of schedules cost while none is due, and how late a due one comes into its mailbox. See "Benchmark" in README.md.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCpuMs, readRssBytes } from './bench/cost.mjs';
import { readOptions } from './bench/options.mjs';
import { quantile } from './bench/probe.mjs';
import { sleep } from './bench/wait.mjs';
import { startWorker } from './bench/worker.mjs';

const USAGE = `Usage: node scripts/bench-schedules.mjs [--schedules 10000] [--seconds 60]

Measures a worker for so many seconds without schedules and with so many of which none is due, in the same run; then lets 20 come one
after the other, and 100 in the same moment, and tells how long after its time each lay in its mailbox.`;
const options = readOptions(USAGE, { schedules: 10_000, seconds: 60 });

const SHARE_MAX = 0.01;
const LATE_MAX_MS = 1_000;
const { schedules: count, seconds } = options;
const home = mkdtempSync(join(tmpdir(), 'tmo-bench-schedules-'));
const server = `tmo-bench-${process.pid}`;
const words = ['--socket-name', server];
const config = `schedules: { max: ${count + 1_000} }\n`;
const tmux = (...words) => execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...words]);

tmux('new-session', '-d', '-s', 'bench');
let worker;
try {
  worker = await startWorker({ home, words, config });
  await spawnAgent();
  const without = await measureShare();
  await worker.stop();
  writeSchedules();
  worker = await startWorker({ home, words, config });
  const withThem = await measureShare();
  const own = Math.max(0, withThem.share - without.share);
  console.log(`without schedules           ${percent(without.share)} of a core, RSS ${without.rss} MB`);
  console.log(
    `${`with ${count}, none due`.padEnd(28)}${percent(withThem.share)} of a core, RSS ${withThem.rss} MB`,
  );
  console.log(`of the schedules themselves ${percent(own)} of a core`);
  const single = await measureLateness(Array.from({ length: 20 }, (_, i) => 1_500 + i * 137));
  tell('20 one after the other', single);
  tell('100 in the same moment', await measureLateness(Array.from({ length: 100 }, () => 3_000)));
  if (withThem.share > SHARE_MAX || Math.max(...single) > LATE_MAX_MS) process.exitCode = 1;
} finally {
  await worker?.stop();
  tmux('kill-server');
  rmSync(home, { recursive: true, force: true });
}

function tell(what, late) {
  console.log(
    `${what}: in the mailbox ${quantile(late, 0.5).toFixed(0)} ms after their time (median), ${Math.max(...late).toFixed(0)} ms at most`,
  );
}

function percent(share) {
  return `${(share * 100).toFixed(2)} %`;
}

async function measureShare() {
  await sleep(5_000);
  const before = readCpuMs(worker.pid);
  await sleep(seconds * 1_000);
  const share = (readCpuMs(worker.pid) - before) / (seconds * 1_000);
  return { share, rss: (readRssBytes(worker.pid) / 1e6).toFixed(0) };
}

/** Schedules of all kinds, none of which is due within an hour. */
function writeSchedules() {
  const folder = join(worker.state, 'schedules');
  const now = Date.now();
  const at = (ms) => new Date(now + ms).toISOString();
  for (let i = 0; i < count; i++) {
    const next = at(3_600_000 + (i % 5_000) * 60_000);
    const timing =
      i % 2 === 0
        ? { kind: 'cron', cron: `${i % 60} ${i % 24} * * *`, zone: 'Europe/Berlin' }
        : { kind: 'every', everyMs: 86_400_000, from: at(0) };
    const schedule = {
      ...{ v: 1, name: `s${i}`, timing, target: { kind: 'agent', name: 'ada' }, text: 'go on', gate: null },
      ...{
        missed: 'catch-up',
        paused: false,
        by: { kind: 'user', name: 'user' },
        createdAt: at(0),
        next,
        last: null,
      },
    };
    writeFileSync(join(folder, `s${i}.json`), JSON.stringify(schedule), { mode: 0o600 });
  }
}

async function measureLateness(delays) {
  const begun = Date.now();
  const names = delays.map((_, i) => `due-${begun}-${i}`);
  const due = delays.map((ms) => begun + ms);
  for (const [i, name] of names.entries()) {
    await worker.ask('POST', '/v1/schedules', {
      name,
      at: new Date(due[i]).toISOString(),
      agent: 'ada',
      text: name,
    });
  }
  await sleep(Math.max(...delays) + 3_000);
  const { messages } = await worker.ask('GET', '/v1/messages?limit=1000');
  return names.map((name, i) => {
    const found = messages.find(({ text }) => text === name);
    return found === undefined ? Number.POSITIVE_INFINITY : Date.parse(found.acceptedAt) - due[i];
  });
}

/** Somebody whose mailbox keeps what it gets. */
async function spawnAgent() {
  await worker.ask('POST', '/v1/agents', { name: 'ada', profile: 'stand-in', directory: home });
  await worker.ask('POST', '/v1/agents/ada/pause', {});
}
