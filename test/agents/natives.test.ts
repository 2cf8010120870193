import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NATIVE_SOURCES } from '../../src/agents/natives.ts';
import { readOpenSession } from '../../src/agents/open-session.ts';
import { readQwenSession } from '../../src/agents/qwen/session-file.ts';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { judgeRecording, readRecordings } from '../helpers/recordings.ts';

const FIRST = '01a20647-3960-7e72-a0ab-bcb351b7db70';
const SECOND = '01a20651-ae87-7b31-b97a-3f00fb573e9d';

/** A pretended `/proc`. */
let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'tmo-proc-'));
});
afterEach(() => rmSync(proc, { recursive: true, force: true }));

function addProcess(pid: number, { children = [] as number[], files = [] as string[] } = {}): void {
  const folder = join(proc, String(pid));
  mkdirSync(join(folder, 'fd'), { recursive: true });
  mkdirSync(join(folder, 'task', String(pid)), { recursive: true });
  const fields = ['S', ...Array.from({ length: 18 }, () => '0'), String(pid * 10), '0'];
  writeFileSync(join(folder, 'stat'), `${pid} (a (strange) name) ${fields.join(' ')}`);
  writeFileSync(join(folder, 'task', String(pid), 'children'), children.map((child) => `${child} `).join(''));
  for (const [i, path] of files.entries()) symlinkSync(path, join(folder, 'fd', String(i)));
}

describe('the conversation whose file a CLI holds open', () => {
  const pattern = /\/rollout-(?<session>[\da-f-]{36})\.jsonl$/u;
  const read = (startTime = '100') =>
    readOpenSession({ pid: 10, startTime, proc }, { name: 'test', pattern });
  const rollout = (id: string) => `/home/u/.codex/sessions/rollout-${id}.jsonl`;

  it('is found in the process itself and in what its wrapper started', () => {
    addProcess(10, { children: [11] });
    addProcess(11, { files: ['/dev/null', rollout(FIRST), rollout(FIRST)] });
    expect(read()).toEqual({ source: 'test', status: 'open', sessionId: FIRST });
  });

  it('is not told where two are open', () => {
    addProcess(10, { files: [rollout(FIRST), rollout(SECOND)] });
    expect(read()).toBeUndefined();
  });

  it('is not told of a process that has taken the pid of another', () => {
    addProcess(10, { files: [rollout(FIRST)] });
    expect(read('101')).toBeUndefined();
    expect(read('')).toBeUndefined();
  });

  it('is not told where there is no such process, or none has a file open', () => {
    expect(read()).toBeUndefined();
    addProcess(10, { children: [11] });
    expect(read()).toBeUndefined();
  });
});

describe('the session file of Qwen Code', () => {
  const read = () => readQwenSession({ configDirectory: proc, pid: 10, startTime: '100', proc });
  const write = (session: object) => {
    mkdirSync(join(proc, 'sessions'), { recursive: true });
    writeFileSync(join(proc, 'sessions/12.json'), JSON.stringify(session));
  };

  it('is that of the innermost process', () => {
    addProcess(10, { children: [11] });
    addProcess(11, { children: [12] });
    addProcess(12);
    write({ pid: 12, procStart: '6a9486dd-23a3:120', sessionId: FIRST });
    expect(read()).toEqual({ source: 'qwen-session-file', status: 'open', sessionId: FIRST });
  });

  it.each([
    ['another start', { pid: 12, procStart: '6a9486dd-23a3:121', sessionId: FIRST }],
    ['another pid', { pid: 13, procStart: '6a9486dd-23a3:120', sessionId: FIRST }],
    ['an id that reads as an option', { pid: 12, procStart: 'x:120', sessionId: '--approval-mode=yolo' }],
  ])('says nothing with %s', (_what, session) => {
    addProcess(10, { children: [12] });
    addProcess(12);
    write(session);
    expect(read()).toBeUndefined();
  });
});

describe('native sources', () => {
  it('exist for every reader that a profile names', () => {
    const readers = BUILT_IN_PROFILES.flatMap(({ nativeReader }) => nativeReader ?? []);
    expect(readers.length).toBeGreaterThanOrEqual(4);
    for (const reader of readers) expect(NATIVE_SOURCES[reader]).toBeDefined();
  });

  it('that tell only the conversation change no verdict', () => {
    const native = { source: 'codex-open-rollout', status: 'open', sessionId: FIRST };
    const recordings = readRecordings().filter(([, { agent }]) =>
      ['codex', 'qwen', 'copilot'].includes(agent),
    );
    for (const [path, recording] of recordings) {
      expect(judgeRecording({ ...recording, native }), path).toEqual(judgeRecording(recording));
    }
  });
});
