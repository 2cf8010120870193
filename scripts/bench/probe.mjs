import { closeSync, openSync, readSync } from 'node:fs';
import { sleep } from './wait.mjs';

const BETWEEN_PROBES_MS = 400;
const GIVE_UP_MS = 10_000;

/** Shows a permission dialog in one pane after the other and reads from the worker's journal when it knew. Milliseconds. */
export async function probeLatencies(farm, worker, count) {
  const journal = openJournal(worker.journal);
  const shown = new Map();
  const latencies = [];
  const states = new Map();
  const collect = () => {
    for (const event of journal.read()) {
      if (event.type === 'agent.state') states.set(event.pane, event.to);
      const since =
        event.type === 'agent.state' && event.to === 'approval' ? shown.get(event.pane) : undefined;
      if (since === undefined) continue;
      latencies.push(Date.parse(event.at) - since);
      shown.delete(event.pane);
    }
  };
  for (let i = 0; i < count; i++) {
    const pane = farm.panes[Math.floor((i / count) * farm.panes.length)];
    shown.set(pane.id, Date.now());
    farm.showDialog(pane);
    await waitFor(() => {
      collect();
      return !shown.has(pane.id);
    }, GIVE_UP_MS);
    shown.delete(pane.id);
    farm.hideDialog(pane);
    // The next dialog in this pane is a change only when this one has been seen to go.
    await waitFor(() => {
      collect();
      return states.get(pane.id) !== 'approval';
    }, GIVE_UP_MS);
    await sleep(BETWEEN_PROBES_MS + Math.random() * 300);
  }
  journal.close();
  return latencies;
}

async function waitFor(condition, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (!condition() && Date.now() < deadline) await sleep(25);
}

/** Reads what was appended to the journal since the last call. */
function openJournal(path) {
  const descriptor = openSync(path, 'r');
  const buffer = Buffer.alloc(1_048_576);
  let position = 0;
  let rest = '';
  const read = () => {
    const events = [];
    for (;;) {
      const bytes = readSync(descriptor, buffer, 0, buffer.length, position);
      if (bytes === 0) return events;
      position += bytes;
      const lines = (rest + buffer.toString('utf8', 0, bytes)).split('\n');
      rest = lines.pop();
      events.push(...lines.map((line) => JSON.parse(line)));
    }
  };
  read();
  return { read, close: () => closeSync(descriptor) };
}

export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
