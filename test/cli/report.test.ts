import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Usage } from '../../src/model/usage.ts';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';

let room: ServedRoom;
beforeEach(async () => {
  room = await openServedRoom();
});
afterEach(() => room.close());

describe('report', () => {
  it('asks for eight hours of all agents unless told otherwise', async () => {
    expect((await room.run('report')).code).toBe(0);
    await room.run('report', '--since', '2d', '--team', 'web');
    expect(room.door.house.calls.map(({ input }) => input)).toEqual([
      { since: '8h', team: undefined },
      { since: '2d', team: 'web' },
    ]);
  });

  it('is text, Markdown or JSON', async () => {
    expect((await room.run('report')).stdout).toMatch(/^Agents from /);
    expect((await room.run('report', '--format', 'markdown')).stdout).toMatch(/^# Agents from /);
    for (const words of [['--format', 'json'], ['--json']]) {
      const { stdout } = await room.run('report', ...words);
      expect(JSON.parse(stdout)).toMatchObject({ agents: [], unwatchedMs: 0 });
    }
  });

  it('knows no other format', async () => {
    const { code, stderr } = await room.run('report', '--format', 'html');
    expect(code).toBe(2);
    expect(stderr).toContain('text, markdown, json');
  });
});

describe('status --wide', () => {
  function writeUsage(at: number): void {
    const usage: Usage = {
      v: 1,
      at: new Date(at).toISOString(),
      machine: {
        ...{ cpus: 2, load: [0.5, 1, 1.5], cpuPercent: 12 },
        memory: { totalBytes: 4 * 1024 ** 3, availableBytes: 1024 ** 3 },
      },
      worker: { cpuPercent: 0.4, rssBytes: 100 * 1024 ** 2, processes: 1 },
      agents: { ada: { cpuPercent: 135.2, rssBytes: 1.5 * 1024 ** 3, processes: 4 } },
    };
    writeFileSync(join(room.runtime, 'usage.json'), JSON.stringify(usage));
  }

  beforeEach(() => {
    for (const name of ['ada', 'bob']) room.writeAgent({ name });
  });

  it('shows what the machine and every agent use, as far as it was measured', async () => {
    writeUsage(Date.now());
    const { stdout } = await room.run('status', '--wide');
    expect(stdout).toContain(
      'load 0.5 1 1.5 on 2 cores · memory 1 GiB of 4 GiB free · the worker uses 0.4% and 100 MiB',
    );
    expect(stdout).toMatch(/^NAME +STATE +SINCE +CPU +MEM +WHERE/m);
    expect(stdout).toMatch(/^ada +idle +\d+ s +135% +1\.5 GiB +work/m);
    expect(stdout).toMatch(/^bob +idle +\d+ s +work/m);
    const { usage } = JSON.parse((await room.run('status', '--wide', '--json')).stdout);
    expect(usage.agents.ada.processes).toBe(4);
  });

  it('shows nothing old, and nothing of it without being asked', async () => {
    writeUsage(Date.now());
    expect((await room.run('status')).stdout).not.toMatch(/CPU|load/);
    writeUsage(Date.now() - 31_000);
    expect((await room.run('status', '--wide')).stdout).not.toMatch(/CPU|load/);
  });
});
