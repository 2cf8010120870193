import { beforeAll, describe, expect, it } from 'vitest';
import { type Row, runKills, runScenarios, runSenders, runServerKills } from './run.mjs';
import { SCENARIOS } from './scenarios.mjs';

// A short form of `npm run conformance`, which does the same a hundred times and prints the table.
let rows: Row[] = [];

beforeAll(async () => {
  rows = await runScenarios({ runs: 1 });
}, 300_000);

describe('a delivery is exact', () => {
  it.each(SCENARIOS.filter(({ wants }) => wants !== 'honest'))('with $title ($id)', ({ id }) => {
    const row = rows.find((one) => one.id === id);
    expect(row?.notes).toEqual([]);
    expect(row).toMatchObject({ exact: 1, honest: 0, wrong: 0 });
  });
});

describe('a delivery is honest', () => {
  it.each(SCENARIOS.filter(({ wants }) => wants === 'honest'))('with $title ($id)', ({ id }) => {
    const row = rows.find((one) => one.id === id);
    expect(row?.notes).toEqual([]);
    expect(row).toMatchObject({ runs: 1, wrong: 0 });
  });
});

describe('what others do meanwhile', () => {
  it('keeps the messages of many senders apart and in order', async () => {
    const row = await runSenders({ senders: 6, messages: 2, agents: 3 });
    expect(row).toMatchObject({ runs: 12, exact: 12, wrong: 0, notes: [] });
  });

  it('tells nothing wrong when the tmux server is killed', async () => {
    expect(await runServerKills({ rounds: 3 })).toMatchObject({ runs: 6, wrong: 0 });
  });

  it('loses and doubles nothing when the worker is killed at any step', async () => {
    const row = await runKills({ rounds: 15 });
    expect(row.notes.filter((note) => note.startsWith('wrong'))).toEqual([]);
    expect(row.runs).toBeGreaterThan(50);
    expect(row.wrong).toBe(0);
  }, 300_000);
});
