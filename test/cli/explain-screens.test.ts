import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

const LIMITED = join(import.meta.dirname, '../fixtures/screens/claude-2.1.330/usage-limit-5h-80x24-1.json');

let room: CliRoom;
beforeAll(() => {
  room = openCliRoom();
});
afterAll(() => room.close());

function save(name: string, content: unknown): string {
  const path = join(room.folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const RECORDING = { agent: 'claude', size: '80x24', text: 'nothing that anybody knows' };

describe('explain --screen', () => {
  it('gives one object a file with state, evidence and reset instant', async () => {
    const { stdout, code } = await room.run('explain', '--json', '--screen', LIMITED, LIMITED);
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      file: LIMITED,
      agent: 'claude',
      state: 'limited',
      evidence: expect.arrayContaining([expect.objectContaining({ kind: 'screen', state: 'limited' })]),
      reset: { text: '10:49pm', at: expect.stringMatching(/T22:49:00\.000Z$/) },
    });
    expect(second.file).toBe(LIMITED);
    expect(code).toBe(0);
  });

  it('reads clock times by the time and the zone of the recording', async () => {
    const recording = JSON.parse(await (await import('node:fs/promises')).readFile(LIMITED, 'utf8'));
    const there = { recordedAt: '2026-11-20T20:00:00Z', timeZone: 'Europe/Berlin' };
    const path = save('berlin.json', { ...recording, ...there });
    const { stdout } = await room.run('explain', '--json', '--screen', path);
    expect(JSON.parse(stdout).reset.at).toBe('2026-11-20T21:49:00.000Z');
  });

  it('says null where there is no limit', async () => {
    const { stdout } = await room.run('explain', '--json', '--screen', save('plain.json', RECORDING));
    expect(JSON.parse(stdout)).toMatchObject({ state: 'unknown', reset: null });
  });

  it('is the same below agent, and reads well without --json', async () => {
    const { stdout } = await room.run('agent', 'explain', '--screen', LIMITED);
    expect(stdout).toContain(`${LIMITED}: claude limited\n  decided by  screen`);
    expect(stdout).toMatch(/limit: "10:49pm", \S+T22:49:00\.000Z, until /);
  });

  it.each([
    ['not JSON', '{"agent":', /is not JSON/],
    ['no recording', [], /the whole: /],
    ['without text', { ...RECORDING, text: undefined }, /text: /],
    ['of a strange size', { ...RECORDING, size: 'large' }, /size: write it as COLUMNSxROWS/],
    [
      'of an unknown agent',
      { ...RECORDING, agent: 'claud' },
      /agent: no profile is called "claud"\nhint: did you mean claude\?/,
    ],
    ['of no time', { ...RECORDING, recordedAt: 'yesterday' }, /recordedAt: /],
    ['with a broken process', { ...RECORDING, processes: { stat: 1 } }, /processes/],
  ])('names what is wrong with a file that is %s, and ends with 1', async (_case, content, message) => {
    const path = save('broken.json', content);
    const { stdout, stderr, code } = await room.run('explain', '--screen', path);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(path);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
  });

  it('judges the others where some are broken, and ends with 8', async () => {
    const broken = save('broken.json', '{');
    const { stdout, stderr, code } = await room.run(
      'explain',
      '--json',
      '--screen',
      broken,
      LIMITED,
      '/nowhere',
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const failures = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(failures.map(({ exitCode }) => exitCode)).toEqual([1, 1, 8]);
    expect(code).toBe(8);
  });

  it('takes thousands of files', async () => {
    const files = Array.from({ length: 3_000 }, () => LIMITED);
    const { stdout, code } = await room.run('explain', '--json', '--screen', ...files);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3_000);
    expect(code).toBe(0);
  });
});
