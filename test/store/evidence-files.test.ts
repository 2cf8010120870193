import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Evidence } from '../../src/model/ending.ts';
import { EvidenceFiles } from '../../src/store/evidence-files.ts';

let folder: string;
let files: EvidenceFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-evidence-'));
  files = new EvidenceFiles(folder, process.getuid?.() ?? 0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What was there when an agent ended in that second. */
function evidence(second: number, change: Partial<Evidence> = {}): Evidence {
  const at = new Date(Date.UTC(2026, 10, 22, 20, 0, second)).toISOString();
  return {
    ...{ v: 1, id: at.replaceAll(':', '-'), agent: 'ada', at, lastState: 'busy' },
    ...{ ending: { kind: 'signal', signal: 9 }, process: { pid: 7, startTime: '70' } },
    ...{ cliSession: null, screen: 'a screen', scrollback: null },
    ...change,
  };
}

const seconds = (agent = 'ada') => files.list(agent).map(({ at }) => new Date(at).getUTCSeconds());

it('keeps the newest for their owner alone, the last one first', () => {
  for (const second of [1, 3, 2, 4]) files.write(evidence(second), 3);
  expect(seconds()).toEqual([4, 3, 2]);
  const [first] = files.list('ada');
  expect(first).toEqual(evidence(4));
  expect(statSync(join(folder, 'evidence/ada', `${first?.id}.json`)).mode & 0o777).toBe(0o600);
  expect(seconds('bob')).toEqual([]);
});

it('leaves out what cannot be understood', () => {
  files.write(evidence(1), 3);
  const at = (name: string) => join(folder, 'evidence/ada', name);
  writeFileSync(at('2026-11-22T20-00-02.000Z.json'), '{');
  writeFileSync(at('2026-11-22T20-00-03.000Z.json'), '{"v": 1}');
  writeFileSync(at('notes.json'), '{}');
  expect(seconds()).toEqual([1]);
});

it('follows its agent to a new name, in place of what another left there', () => {
  files.write(evidence(1), 3);
  files.write(evidence(2, { agent: 'bob' }), 3);
  files.rename('ada', 'bob');
  expect([seconds('ada'), seconds('bob')]).toEqual([[], [1]]);
  files.rename('nobody', 'bob');
  expect(seconds('bob')).toEqual([1]);
});

it('goes to no folder that is no name', () => {
  expect(() => files.write(evidence(1, { agent: '../x' }), 3)).toThrow('is not a name');
  expect(() => files.list('..')).toThrow('is not a name');
});
