import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentSpecFiles } from '../../src/store/agent-spec-files.ts';
import { agentSpec } from '../helpers/agent-spec.ts';

let folder: string;
let files: AgentSpecFiles;
const at = (name: string) => join(folder, 'agents', name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-specs-'));
  files = new AgentSpecFiles(folder, process.getuid?.() ?? 0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps what was started for its owner alone', () => {
  const [ada, bob] = [agentSpec({ name: 'ada' }), agentSpec({ name: 'bob' })];
  files.write(bob);
  files.write(ada);
  expect(files.readAll()).toEqual([ada, bob]);
  expect(statSync(at('ada.json')).mode & 0o777).toBe(0o600);
  files.remove('ada');
  files.remove('ada');
  expect(files.readAll()).toEqual([bob]);
});

it('renames one, and completes a renaming that a crash broke off', () => {
  const bob = agentSpec({ name: 'bob', renamedFrom: 'ada' });
  files.write(agentSpec({ name: 'ada' }));
  files.rename('ada', bob);
  expect(files.readAll()).toEqual([bob]);
  // The new content under the old name.
  writeFileSync(at('bob.json'), JSON.stringify(agentSpec({ name: 'cyd' })));
  expect(files.readAll().map(({ name }) => name)).toEqual(['cyd']);
  expect([existsSync(at('bob.json')), existsSync(at('cyd.json'))]).toEqual([false, true]);
});

it.each([
  ['no JSON', '{"v": 1,'],
  ['another form', '{"v": 1}'],
])('refuses %s, says where and how to go on, and leaves it as it is', (_, text) => {
  writeFileSync(at('ada.json'), text);
  expect(() => files.readAll()).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      message: expect.stringContaining(at('ada.json')),
      hint: expect.stringContaining(`mv ${at('ada.json')}`),
    }),
  );
  expect(readFileSync(at('ada.json'), 'utf8')).toBe(text);
});

it('leaves alone what is no file of its own', () => {
  for (const name of ['ada.json.tmp', '.json', '-x.json', 'notes.txt']) writeFileSync(at(name), '{');
  expect(files.readAll()).toEqual([]);
});
