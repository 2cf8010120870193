import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageMeter } from '../../src/core/usage-meter.ts';
import type { ProcessUsage, Usage } from '../../src/model/usage.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const SECOND = 1_000;
const MACHINE = { cpus: 2, load: [1, 1, 1], cpuPercent: 50, memory: { totalBytes: 2, availableBytes: 1 } };

let clock: FakeClock;
let written: Usage[];
let processes: ProcessUsage[];
let roots: [string, number][];
let meter: UsageMeter;

beforeEach(() => {
  clock = new FakeClock();
  written = [];
  processes = [usageOf(5, 1), usageOf(10, 1), usageOf(11, 10)];
  roots = [['ada', 10]];
  meter = new UsageMeter({
    clock,
    listRoots: () => roots,
    listProcesses: async () => processes,
    readMachine: async () => MACHINE,
    workerPid: 5,
    write: (usage) => written.push(usage),
    onFatal: (error) => {
      throw error;
    },
  });
  meter.open();
});

afterEach(() => meter.close());

function usageOf(pid: number, parent: number, cpuMs = 0): ProcessUsage {
  return { pid, parent, cpuMs, startTime: 'x', rssBytes: 100 };
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

it('measures every ten seconds, and writes what it measured', async () => {
  expect(meter.read()).toBeNull();
  await pass(10 * SECOND);
  expect(meter.read()?.agents.ada).toEqual({ cpuPercent: null, rssBytes: 200, processes: 2 });
  processes = [usageOf(5, 1, 100), usageOf(10, 1, 1_000), usageOf(11, 10, 500)];
  await pass(10 * SECOND);
  expect(meter.read()).toMatchObject({
    machine: MACHINE,
    worker: { cpuPercent: 1 },
    agents: { ada: { cpuPercent: 15 } },
  });
  expect(written.length).toBe(2);
});

it('forgets an agent that has gone', async () => {
  await pass(10 * SECOND);
  roots = [];
  await pass(10 * SECOND);
  expect(Object.keys(meter.read()?.agents ?? {})).toEqual([]);
});

it('measures no more once it is closed', async () => {
  meter.close();
  await pass(60 * SECOND);
  expect(written).toEqual([]);
});
