import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { listProcessUsage, parsePsRow, parseStat } from '../../src/host/process-usage.ts';
import { until } from '../helpers/until.ts';

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

async function find(pid: number | undefined) {
  return (await listProcessUsage()).find((one) => one.pid === pid);
}

describe('the processes of the machine', () => {
  it('tell what this one has used', async () => {
    const { user, system } = process.cpuUsage();
    const own = await find(process.pid);
    expect(own?.parent).toBe(process.ppid);
    expect(own?.cpuMs).toBeGreaterThan((user + system) / 1_000 - 1_000);
    const ratio = (own?.rssBytes ?? 0) / process.memoryUsage.rss();
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('tell that a child of this one works', async () => {
    child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    await until(async () => ((await find(child?.pid))?.cpuMs ?? 0) >= 200);
    expect((await find(child.pid))?.parent).toBe(process.pid);
  });
});

describe('a line of the kernel', () => {
  it('is read behind a name that looks like the rest of it', () => {
    const rest = 'S 7 10 10 0 -1 4194304 0 0 0 0 11 12 13 14 20 0 1 0 5000 1000000 25 18446744073709551615';
    expect(parseStat(10, `10 (a) R 1 (b) ${rest}`, 4_096)).toEqual({
      ...{ pid: 10, parent: 7, startTime: '5000', cpuMs: 500, rssBytes: 25 * 4_096 },
    });
  });
});

describe('a row of ps', () => {
  it.each([
    ['   12     1   1:02.50  10240 Mon Nov 23 05:00:00 2026', 62_500],
    ['   12     1 01:01:02  10240 Mon Nov 23 05:00:00 2026', 3_662_000],
    ['   12     1 2-00:00:01  10240 Mon Nov 23 05:00:00 2026', 172_801_000],
  ])('is read: %s', (row, cpuMs) => {
    const startTime = 'Mon Nov 23 05:00:00 2026';
    expect(parsePsRow(row)).toEqual([{ pid: 12, parent: 1, startTime, cpuMs, rssBytes: 10_485_760 }]);
  });

  it('that is none gives nothing', () => expect(parsePsRow('')).toEqual([]));
});
