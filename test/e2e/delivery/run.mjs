// Runs the scenarios side by side and counts what came of them.
import { explain, judge } from './judge.mjs';
import { Room, sleep } from './room.mjs';
import { REST_MS, runOnce, SCENARIOS } from './scenarios.mjs';

/** Agents at the same time; the machines this runs on are small. */
const SIDE_BY_SIDE = 5;
/** Agents count as rested soon. */
const QUICK = { 'mail.humanQuietMs': 500 };

/** `only`: ids of scenarios; none: all. Gives a row for each. */
export async function runScenarios({ runs, only = [], onRow = () => {} }) {
  const chosen = SCENARIOS.filter(({ id }) => only.length === 0 || only.includes(id));
  const room = await Room.open({ config: QUICK });
  const rows = new Map();
  try {
    await room.startWorker();
    const row = async (scenario) => {
      rows.set(scenario.id, await runScenario(room, scenario, runs));
      onRow(rows.get(scenario.id));
    };
    for (const scenario of chosen.filter(({ alone }) => alone)) await row(scenario);
    const rest = chosen.filter(({ alone }) => !alone);
    const next = async () => {
      for (let one = rest.shift(); one !== undefined; one = rest.shift()) await row(one);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
  } finally {
    await room.close();
  }
  return chosen.map(({ id }) => rows.get(id));
}

async function runScenario(room, scenario, runs) {
  const row = newRow(scenario);
  const { id, fresh = false } = scenario;
  let standIn = fresh ? undefined : await ready(room, scenario, id);
  for (let run = 0; run < runs; run++) {
    if (fresh) standIn = await ready(room, scenario, `${id.toLowerCase()}-${run}`);
    if (scenario.alone) await room.worker.ask('costs');
    await runOnce(scenario, { room, standIn, run }).then(
      (result) => count(row, result),
      (error) => count(row, { verdict: 'wrong', why: error.message }),
    );
    if (scenario.alone) row.costs.push(...(await room.worker.ask('costs')));
    if (fresh) await room.remove(standIn);
  }
  if (!fresh) await room.remove(standIn);
  return row;
}

async function ready(room, { kind, prompt, words, inShell, early }, name) {
  const low = name.toLowerCase();
  const standIn = inShell ? await room.addInShell(low) : await room.addStandIn(low, { kind, prompt, words });
  if (!early) await room.worker.untilState(low, 'idle');
  return standIn;
}

export function newRow({ id, title, wants = 'exact' }) {
  return { id, title, wants, runs: 0, exact: 0, honest: 0, wrong: 0, times: [], costs: [], notes: [] };
}

export function count(row, { verdict, elapsedMs, message, log = [], why }) {
  row.runs++;
  row[verdict]++;
  if (elapsedMs !== undefined && verdict === 'exact') row.times.push(elapsedMs);
  if (verdict === 'wrong' || (verdict === 'honest' && row.wants === 'exact')) {
    row.notes.push(`${verdict}: ${why ?? explain(message, log)}`);
  }
}

/** Many senders to a few agents: each message once and whole, and those of one sender in their order. */
export async function runSenders({ senders, messages, agents }) {
  const row = newRow({
    id: `S9-${senders}x${messages}`,
    title: `${senders} senders, ${messages} messages each, ${agents} agents`,
  });
  const room = await Room.open();
  try {
    const names = Array.from({ length: agents }, (_, i) => `agent-${i}`);
    for (const name of names) await room.addStandIn(name, { words: ['--answer-ms', '0'] });
    const worker = await room.startWorker();
    for (const name of names) await worker.untilState(name, 'idle');
    const sent = await Promise.all(
      Array.from({ length: senders }, (_, i) => sendAll(worker, i, names[i % agents], messages)),
    );
    for (const message of sent.flat()) {
      const last = await worker.wait(message.id, 'submitted', 600_000);
      const standIn = room.standIns.find(({ name }) => name === message.to);
      count(row, { verdict: judge(last, room.logOf(standIn)), message: last, log: [] });
    }
    for (const ofOne of sent) checkOrder(row, room, ofOne);
  } finally {
    await room.close();
  }
  return row;
}

async function sendAll(worker, index, to, count_) {
  const from = { kind: 'agent', name: `sender-${index}` };
  const sent = [];
  for (let i = 0; i < count_; i++) sent.push(await worker.send(to, `message ${i} of ${index}`, {}, from));
  return sent;
}

function checkOrder(row, room, messages) {
  const standIn = room.standIns.find(({ name }) => name === messages[0].to);
  const got = room.submitted(standIn).map(({ text }) => messages.findIndex(({ id }) => text.includes(id)));
  const own = got.filter((index) => index >= 0);
  if (own.every((index, i) => i === 0 || index > own[i - 1])) return;
  row.wrong++;
  row.notes.push(`wrong: order ${own.join(',')}`);
}

/** Kills the worker at any moment of a delivery, starts another, and looks what it makes of what the first left. */
export async function runKills({ rounds, agents = 6, perRound = 1, onRound = () => {} }) {
  const row = newRow({ id: 'worker-killed', title: 'worker killed with SIGKILL at any step' });
  const room = await Room.open({ config: { ...QUICK, 'mail.keepMax': 1_000_000 } });
  try {
    const names = Array.from({ length: agents }, (_, i) => `agent-${i}`);
    for (const name of names) await room.addStandIn(name, { words: ['--answer-ms', '50'] });
    await room.startWorker();
    for (const name of names) await room.worker.untilState(name, 'idle');
    const accepted = [];
    for (let round = 0; round < rounds; round++) {
      if (round % 3 === 0) await sleep(REST_MS);
      for (const name of names) {
        for (let i = 0; i < perRound; i++)
          accepted.push(room.worker.send(name, `round ${round}, message ${i}`).catch(() => null));
      }
      await sleep((round * 97) % 700);
      await room.worker.kill();
      await room.startWorker();
      onRound(round);
    }
    for (const message of await Promise.all(accepted)) {
      // What was never acknowledged may be there or not.
      if (message === null) continue;
      const last = await room.worker
        .wait(message.id, 'submitted', 600_000)
        .catch(() => ({ ...message, receipt: { state: 'lost' } }));
      const log = room.logOf(room.standIns.find(({ name }) => name === message.to));
      const own = log.filter(({ text }) => text?.includes(message.id));
      const verdict = last.receipt.state === 'waiting' ? 'wrong' : judge(last, log);
      count(row, { verdict, message: last, log: own });
    }
    countStrangers(row, room, await room.worker.ask('list', { limit: 1_000_000 }));
  } finally {
    await room.close();
  }
  return row;
}

/** Whatever was kept without being acknowledged must not arrive twice either. */
function countStrangers(row, room, messages) {
  for (const standIn of room.standIns) {
    const texts = room.submitted(standIn).map(({ text }) => text);
    const doubled = texts.filter((text, i) => texts.indexOf(text) !== i);
    for (const text of doubled) {
      row.wrong++;
      row.notes.push(`wrong: submitted twice: ${text.slice(0, 60)}`);
    }
  }
  row.kept = messages.length;
}

/** Writes to many agents at once; tells too how soon the watch saw each of them working. */
export async function runMany({ agents }) {
  const row = newRow({ id: `many-${agents}`, title: `${agents} agents written to at once` });
  const room = await Room.open({ columns: 80, rows: 24, config: QUICK });
  try {
    const names = Array.from({ length: agents }, (_, i) => `agent-${i}`);
    for (const name of names) await room.addStandIn(name, { words: ['--answer-ms', '3000'] });
    const worker = await room.startWorker();
    for (const name of names) await worker.untilState(name, 'idle', 60_000);
    await sleep(REST_MS);
    const begunAt = Date.now();
    const sent = await Promise.all(names.map((name) => worker.send(name, 'all of you')));
    for (const { id, to } of sent) {
      const message = await worker.wait(id, 'submitted', 120_000);
      const log = room.logOf(room.standIns.find(({ name }) => name === to));
      count(row, {
        verdict: judge(message, log),
        elapsedMs: Date.parse(message.submittedAt) - begunAt,
        message,
        log,
      });
    }
    row.costs = await worker.ask('costs');
    await sleep(1_000);
    row.seenMs = room.standIns.map((standIn) => seenAfter(room, standIn)).filter((ms) => ms !== null);
  } finally {
    await room.close();
  }
  return row;
}

/** From the submission, as the stand-in knows it, to the watch's word that it works. */
function seenAfter(room, standIn) {
  const at = room.submitted(standIn)[0]?.at;
  const busy = room
    .events()
    .find(({ type, agent, to }) => type === 'agent.state' && agent === standIn.name && to === 'busy');
  return at === undefined || busy === undefined ? null : Date.parse(busy.at) - Date.parse(at);
}

/** The server goes in the middle of deliveries, with all agents in it. */
export async function runServerKills({ rounds }) {
  const row = newRow({ id: 'server-killed', title: 'tmux server killed', wants: 'honest' });
  for (let round = 0; round < rounds; round++) {
    const room = await Room.open({ config: QUICK });
    try {
      for (const name of ['ada', 'bob']) await room.addStandIn(name);
      await room.startWorker();
      for (const name of ['ada', 'bob']) await room.worker.untilState(name, 'idle');
      if (round % 2 === 0) await sleep(REST_MS);
      const sent = await Promise.all(['ada', 'bob'].map((name) => room.worker.send(name, `round ${round}`)));
      await sleep((round * 41) % 400);
      await room.tmux('kill-server');
      await sleep(800);
      for (const { id, to } of sent) {
        const message = await room.worker.ask('get', { id });
        const log = room.logOf(room.standIns.find(({ name }) => name === to));
        // An Enter whose effect nobody could see any more: the message waits with that step written down, and is never pasted again.
        const unknown = message.step === 'enter' && message.receipt.state === 'waiting';
        count(row, { verdict: unknown ? 'honest' : judge(message, log), message, log });
      }
    } catch (error) {
      count(row, { verdict: 'wrong', why: error.message });
    } finally {
      await room.close();
    }
  }
  return row;
}
