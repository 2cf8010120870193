import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditRecord } from '../../src/model/audit.ts';
import { AuditLog } from '../../src/store/audit-log.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

let folder: string;
let clock: FakeClock;
let log: AuditLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-audit-'));
  clock = new FakeClock();
  log = new AuditLog(folder, clock);
});

afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = (target: string): Omit<AuditRecord, 'v' | 'at'> => ({
  ...{ request: 'r', door: 'socket', token: null, uid: 0, by: { kind: 'user', name: 'user' } },
  ...{ operation: 'agent.stop', target, result: 'ok' },
});

it('gives the newest first, at most so many, and none from before', () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    log.append(record(name));
    clock.advance(1_000);
  }
  const since = clock.now() - 3_000;
  const targets = (filter: Parameters<AuditLog['list']>[0]) => log.list(filter).map(({ target }) => target);
  expect(targets({ limit: 2 })).toEqual(['d', 'c']);
  expect(targets({ limit: 10, since })).toEqual(['d', 'c', 'b']);
});

it('goes on behind a line that a crash has cut', () => {
  log.append(record('a'));
  appendFileSync(join(folder, 'audit.jsonl'), '{"v":1,"at":"2026\n');
  log.append(record('b'));
  expect(log.list({ limit: 10 }).map(({ target }) => target)).toEqual(['b', 'a']);
});

it('is for its owner alone', () => {
  log.append(record('a'));
  expect(statSync(join(folder, 'audit.jsonl')).mode & 0o777).toBe(0o600);
});
