import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isJournalStream } from '../../src/host/journal-stream.ts';

it('is the stream that JOURNAL_STREAM names, and no other that inherited the variable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tmo-stream-'));
  const [one, two] = [openSync(join(folder, 'one'), 'w'), openSync(join(folder, 'two'), 'w')];
  const { dev, ino } = fstatSync(one);
  const env = { JOURNAL_STREAM: `${dev}:${ino}` };
  expect([isJournalStream(env, one), isJournalStream(env, two), isJournalStream({}, one)]).toEqual([
    true,
    false,
    false,
  ]);
  closeSync(one);
  expect(isJournalStream(env, one)).toBe(false);
  closeSync(two);
  rmSync(folder, { recursive: true });
});
