import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followFile, readTail } from '../../../src/host/service/file-log.ts';
import { until } from '../../helpers/until.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-log-'));
  path = join(folder, 'worker.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (message: string) => `{"level":30,"message":${JSON.stringify(message)}}\n`;

it('has no lines where there is no file', () => {
  expect(readTail(path)).toEqual({ lines: [], position: 0 });
});

it('gives all lines and where the file ends', () => {
  writeFileSync(path, line('one') + line('zwö'));
  const { lines, position } = readTail(path);
  expect(lines.map(({ message }) => message)).toEqual(['one', 'zwö']);
  expect(position).toBe(Buffer.byteLength(line('one') + line('zwö')));
});

it('follows: whole lines only, and from the start of a file that was begun anew', async () => {
  writeFileSync(path, line('old'));
  const ending = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { message } of followFile(path, readTail(path).position, ending.signal))
      seen.push(message);
  })();
  const [head, tail] = [line('first').slice(0, 9), line('first').slice(9)];
  appendFileSync(path, line('zeroth') + head);
  await until(() => seen.length === 1);
  appendFileSync(path, tail);
  await until(() => seen.length === 2);
  writeFileSync(path, line('new'));
  await until(() => seen.length === 3);
  ending.abort();
  await following;
  expect(seen).toEqual(['zeroth', 'first', 'new']);
});
