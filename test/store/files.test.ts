import { spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/store/atomic-file.ts';
import { Journal } from '../../src/store/journal.ts';
import { until } from '../helpers/until.ts';

const DIST = join(import.meta.dirname, '../../dist');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tmo-files-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a file that is replaced', () => {
  it('is readable by its owner alone', () => {
    writeFileAtomic(join(root, 'a'), 'x', { durable: true });
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o600);
    expect(readdirSync(root)).toEqual(['a']);
  });

  it('stands as it was when it cannot be written', () => {
    const path = join(root, 'a');
    writeFileAtomic(path, 'old');
    symlinkSync('/nonexistent/elsewhere', `${path}.tmp`);
    expect(() => writeFileAtomic(path, 'new')).toThrow('ELOOP');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('is never seen half, although its writer is killed again and again', async () => {
    const path = join(root, 'state.json');
    const script = `import { writeFileAtomic } from '${DIST}/store/atomic-file.js';
      for (let i = 0; ; i++) writeFileAtomic('${path}', JSON.stringify({ i, text: 'x'.repeat(200_000), end: i }));`;
    let reads = 0;
    for (let round = 0; round < 12; round++) {
      const writer = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
      const before = reads;
      await until(() => {
        for (let i = 0; i < 20; i++) {
          const value = readWhole(path);
          if (value === undefined) return false;
          expect(value.end).toBe(value.i);
          reads++;
        }
        return reads > before + 20 + Math.random() * 100;
      });
      const ended = new Promise((resolve) => writer.once('exit', resolve));
      writer.kill('SIGKILL');
      await ended;
      expect(readWhole(path)?.end).toBe(readWhole(path)?.i);
    }
    expect(reads).toBeGreaterThan(200);
  });
});

function readWhole(path: string): { i: number; end: number } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    return undefined;
  }
}

describe('the event journal', () => {
  const event = { v: 1 as const, at: '2026-11-22T20:00:00.000Z', type: 'server.stalled' as const };
  const line = `${JSON.stringify(event)}\n`;

  it('is put aside when it would grow too large, and the oldest is dropped', () => {
    const path = join(root, 'events.jsonl');
    const journal = new Journal({ path, bytesMax: line.length * 2, filesMax: 2 });
    for (let i = 0; i < 7; i++) journal.append(event);
    journal.close();
    expect(readdirSync(root).sort()).toEqual(['events.jsonl', 'events.jsonl.1', 'events.jsonl.2']);
    expect(readFileSync(path, 'utf8')).toBe(line);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(line + line);
  });

  it('goes on where it was after a restart', () => {
    const path = join(root, 'events.jsonl');
    writeFileSync(path, line);
    const journal = new Journal({ path, bytesMax: line.length * 2, filesMax: 1 });
    journal.append(event);
    journal.append(event);
    journal.close();
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(line + line);
    expect(readFileSync(path, 'utf8')).toBe(line);
  });
});

describe('the instance lock', () => {
  const script = `import { acquireInstanceLock } from '${DIST}/store/instance-lock.js';
    setInterval(() => {}, 1000);
    process.stdin.once('data', () =>
      acquireInstanceLock(process.argv[1], 7).then(() => console.log('won'), (error) => console.log(error.code)));
    console.log('ready');`;

  it('has exactly one winner of 50 at once, and a killed winner never blocks the next', async () => {
    const starters = Array.from({ length: 50 }, () => startLocker());
    try {
      await until(() => starters.every((one) => one.said.startsWith('ready')), { timeoutMs: 40_000 });
      for (const one of starters) one.child.stdin.write('go\n');
      await until(() => starters.every((one) => one.said.split('\n').length === 3));
      const winners = starters.filter((one) => one.said.includes('won'));
      expect(winners).toHaveLength(1);
      expect(starters.filter((one) => one.said.includes('ALREADY_RUNNING'))).toHaveLength(49);
      const gone = new Promise((resolve) => winners[0]?.child.once('exit', resolve));
      winners[0]?.child.kill('SIGKILL');
      await gone;
      const next = startLocker();
      starters.push(next);
      await until(() => next.said.startsWith('ready'));
      next.child.stdin.write('go\n');
      await until(() => next.said.includes('won'));
    } finally {
      for (const one of starters) one.child.kill('SIGKILL');
    }
  });

  function startLocker() {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, root], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const locker = { child, said: '' };
    child.stdout.on('data', (chunk) => {
      locker.said += chunk;
    });
    return locker;
  }
});
