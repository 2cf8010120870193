import { appendFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { Journal } from '../../src/store/journal.ts';
import { readJournal } from '../../src/store/journal-reader.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-journal-'));
  path = join(folder, 'events.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function started(pid: number): Event {
  return { v: 1, at: new Date(pid).toISOString(), type: 'worker.started', pid, version: '1' };
}

async function readPids(): Promise<number[]> {
  const pids: number[] = [];
  for await (const event of readJournal(path)) if ('pid' in event) pids.push(event.pid);
  return pids;
}

describe('the journal', () => {
  it('is read over its rotated files, oldest first', async () => {
    const journal = new Journal({ path, bytesMax: 300, filesMax: 20 });
    for (let i = 1; i <= 50; i++) journal.append(started(i));
    journal.close();
    expect(readdirSync(folder).length).toBeGreaterThan(10);
    expect(await readPids()).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('is read as it was when it was asked for, also while it is rotated', async () => {
    const journal = new Journal({ path, bytesMax: 500, filesMax: 3 });
    for (let i = 1; i <= 12; i++) journal.append(started(i));
    const pids: number[] = [];
    for await (const event of readJournal(path)) {
      if (pids.length === 0) for (let i = 100; i < 150; i++) journal.append(started(i));
      if ('pid' in event) pids.push(event.pid);
    }
    journal.close();
    expect(pids).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('may be absent, empty, and hold lines that a crash has cut', async () => {
    expect(await readPids()).toEqual([]);
    writeFileSync(path, '');
    expect(await readPids()).toEqual([]);
    appendFileSync(
      path,
      `${JSON.stringify(started(1))}\n{"v":1,"at":"20\nnull\n{"v":2,"at":"","type":"x"}\n`,
    );
    appendFileSync(path, JSON.stringify(started(2)));
    expect(await readPids()).toEqual([1, 2]);
  });

  it('is no symbolic link', async () => {
    writeFileSync(join(folder, 'other'), `${JSON.stringify(started(1))}\n`);
    symlinkSync(join(folder, 'other'), path);
    await expect(readPids()).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
