import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartCountFile } from '../../src/store/start-count-file.ts';

let folder: string;
let file: StartCountFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-starts-'));
  file = new StartCountFile(folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

it('keeps the starts until it is cleared', () => {
  expect(file.read()).toEqual({ startedAt: [] });
  file.write({ startedAt: [1, 2] });
  expect(new StartCountFile(folder).read()).toEqual({ startedAt: [1, 2] });
  file.clear();
  file.clear();
  expect(file.read()).toEqual({ startedAt: [] });
});

it('counts nothing where the file is damaged', () => {
  for (const text of ['', '{', 'null', '{}', '{"startedAt":"x"}', '{"startedAt":[null,"1"]}']) {
    writeFileSync(join(folder, 'starts.json'), text);
    expect(file.read(), text).toEqual({ startedAt: [] });
  }
});
