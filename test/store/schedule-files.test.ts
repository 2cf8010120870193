import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ScheduleFiles } from '../../src/store/schedule-files.ts';
import { schedule } from '../helpers/schedule.ts';

const uid = process.getuid?.() ?? 0;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-schedules-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps schedules for their owner alone', () => {
  const files = new ScheduleFiles(folder, uid);
  files.write(schedule());
  files.write(schedule({ name: 'other' }));
  files.write(schedule({ paused: true }));
  expect(new ScheduleFiles(folder, uid).readAll().map((one) => [one.name, one.paused])).toEqual(
    expect.arrayContaining([
      ['other', false],
      ['watch', true],
    ]),
  );
  expect(statSync(join(folder, 'schedules/watch.json')).mode & 0o777).toBe(0o600);
  files.remove('watch');
  expect(files.readAll().map(({ name }) => name)).toEqual(['other']);
});

it('puts aside what it cannot understand, and what a crash left half written', () => {
  const files = new ScheduleFiles(folder, uid);
  files.write(schedule());
  const at = (name: string) => join(folder, 'schedules', name);
  writeFileSync(at('a.json'), '{');
  writeFileSync(at('b.json'), JSON.stringify({ ...schedule({ name: 'b' }), timing: { kind: 'never' } }));
  writeFileSync(at('c.json'), JSON.stringify(schedule({ name: 'd' })));
  writeFileSync(at('watch.json.tmp'), '{"v":');
  expect(files.readAll()).toEqual([schedule()]);
  expect(files.takeBroken()).toEqual(['a', 'b', 'c'].map((name) => at(`${name}.json.broken`)));
  expect(files.takeBroken()).toEqual([]);
  expect(readdirSync(join(folder, 'schedules')).filter((name) => name.endsWith('.json'))).toEqual([
    'watch.json',
  ]);
  expect(existsSync(at('a.json.broken'))).toBe(true);
});
