// Delivers messages to stand-ins under everything that goes wrong in terminals, and prints what became of them. See "Benchmark" in README.md.
import { runKills, runMany, runScenarios, runSenders, runServerKills } from '../test/e2e/delivery/run.mjs';
import { SCENARIOS } from '../test/e2e/delivery/scenarios.mjs';
import { readOptions } from './bench/options.mjs';

const USAGE = `Usage: node scripts/conformance.mjs [--runs 100] [--json] [SCENARIO …]      all scenarios where none is named
       node scripts/conformance.mjs kill [--rounds 1000]                    kills the worker so often
       node scripts/conformance.mjs many [--agents 200]                     writes to so many agents at once

Scenarios: ${SCENARIOS.map(({ id }) => id).join(', ')}`;
const MODES = { kill: killRounds, many: manyAgents };
const options = readOptions(USAGE, { runs: 100, rounds: 1_000, agents: 200, json: false }, [
  ...Object.keys(MODES),
  ...SCENARIOS.map(({ id }) => id),
]);
const { runs, words } = options;
/** What a short text to an idle agent may take, and the commands to tmux for it, median. */
const SHORT_MAX_MS = 500;
const SHORT_COMMANDS_MAX = 6;
const say = options.json ? () => {} : (line) => console.log(line);

const mode = MODES[words[0]];
const rows = mode === undefined ? await allScenarios() : [await mode()];
if (mode !== undefined) for (const row of rows) say(`${header()}\n${lineOf(row)}`);
if (options.json) console.log(JSON.stringify(rows));
else for (const row of rows) explainRow(row);
process.exitCode = rows.some(isCostly) || rows.some(({ wrong }) => wrong > 0) ? 1 : 0;

function isCostly({ id, times, costs }) {
  const commands = median(costs.map((cost) => cost.commands));
  return id === 'S1' && (median(times) > SHORT_MAX_MS || commands > SHORT_COMMANDS_MAX);
}

function killRounds() {
  const rounds = options.rounds;
  return runKills({
    rounds,
    onRound: (round) => round % 50 === 49 && say(`${round + 1} of ${rounds} rounds`),
  });
}

async function manyAgents() {
  const row = await runMany({ agents: options.agents });
  const seen = row.seenMs.toSorted((a, b) => a - b);
  say(
    `all submitted after ${Math.max(...row.times)} ms; the watch saw them work after ${median(seen)} ms (median), ${seen.at(-1)} ms (most)`,
  );
  return row;
}

async function allScenarios() {
  say(header());
  const only = words;
  const rows = await runScenarios({ runs, only, onRow: (row) => say(lineOf(row)) });
  if (only.length > 0) return rows;
  const more = [
    () => runSenders({ senders: 5, messages: Math.min(runs, 20), agents: 1 }),
    () => runSenders({ senders: Math.min(runs * 2, 40), messages: Math.min(runs, 100), agents: 8 }),
    () => runServerKills({ rounds: runs }),
    () => runKills({ rounds: runs }),
  ];
  for (const run of more) {
    const row = await run();
    say(lineOf(row));
    rows.push(row);
  }
  return rows;
}

function header() {
  return `${'scenario'.padEnd(62)}${['runs', 'exact', 'honest', 'wrong', 'median ms', 'lines', 'commands'].map((word) => word.padStart(10)).join('')}`;
}

function lineOf({ id, title, runs: count, exact, honest, wrong, times, costs }) {
  const numbers = [
    ...[count, exact, honest, wrong, median(times)],
    ...['lines', 'commands'].map((name) => median(costs.map((cost) => cost[name]))),
  ];
  return `${`${id}  ${title}`.padEnd(62)}${numbers.map((number) => String(number).padStart(10)).join('')}`;
}

function explainRow({ id, notes }) {
  for (const note of notes.slice(0, 10)) say(`${id}: ${note}`);
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? '–';
}
