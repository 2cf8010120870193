import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { trimLogFile } from '../../src/host/log-file.ts';

let folder: string;
let path: string;
let descriptor: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-log-'));
  path = join(folder, 'worker.log');
  descriptor = openSync(path, 'a');
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

it('puts a log aside that has grown too large, and goes on writing to the same file', () => {
  writeSync(descriptor, 'old\n'.repeat(30));
  expect(trimLogFile({ path, descriptor, bytesMax: 100 })).toBe(true);
  writeSync(descriptor, 'new\n');
  expect(readFileSync(path, 'utf8')).toBe('new\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('old\n'.repeat(30));
});

it('leaves a small log alone', () => {
  writeSync(descriptor, 'old\n');
  expect(trimLogFile({ path, descriptor, bytesMax: 100 })).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('old\n');
});

it('leaves a log alone that is written somewhere else', () => {
  writeSync(descriptor, 'old\n'.repeat(30));
  expect(trimLogFile({ path: join(folder, 'other.log'), descriptor, bytesMax: 100 })).toBe(false);
  expect(readFileSync(path, 'utf8')).toHaveLength(120);
});
