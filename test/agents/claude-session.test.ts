import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readClaudeSession } from '../../src/agents/claude/session-file.ts';

/** As 2.1.197 wrote it while it waited for leave to run a command. */
const SESSION = {
  pid: 1606,
  sessionId: 'ffa12a25-0ebd-4a02-b452-ee1b02e9805c',
  cwd: '/home/user/app',
  startedAt: 1795387890422,
  procStart: '229712',
  version: '2.1.197',
  peerProtocol: 1,
  kind: 'interactive',
  entrypoint: 'cli',
  status: 'waiting',
  waitingFor: 'permission prompt',
  updatedAt: 1795387904382,
  statusUpdatedAt: 1795387904382,
};

let configDirectory: string;

beforeEach(() => {
  configDirectory = mkdtempSync(join(tmpdir(), 'claude-session-'));
  mkdirSync(join(configDirectory, 'sessions'));
});

afterEach(() => rmSync(configDirectory, { recursive: true, force: true }));

const filePath = () => join(configDirectory, 'sessions', '1606.json');
const write = (session: unknown) => writeFileSync(filePath(), JSON.stringify(session));
const read = (startTime = '229712', pid = 1606) => readClaudeSession({ configDirectory, pid, startTime });

describe('the session file of Claude Code', () => {
  it('says the status, what it waits for, the version and the conversation', () => {
    write(SESSION);
    expect(read()).toEqual({
      source: 'claude-session-file',
      status: 'waiting',
      detail: 'permission prompt',
      version: '2.1.197',
      sessionId: 'ffa12a25-0ebd-4a02-b452-ee1b02e9805c',
    });
  });

  it('says only the status where nothing else is given', () => {
    write({ pid: 1606, procStart: '229712', status: 'idle' });
    expect(read()).toEqual({ source: 'claude-session-file', status: 'idle' });
  });

  it('takes a start time that is written as a number', () => {
    write({ ...SESSION, procStart: 229712 });
    expect(read()?.status).toBe('waiting');
  });

  it('says nothing when the pid now belongs to a process that started at another time', () => {
    write(SESSION);
    expect(read('229713')).toBeUndefined();
  });

  it.each([
    ['the pid inside is another one', { ...SESSION, pid: 1607 }],
    ['the pid is missing', { ...SESSION, pid: undefined }],
    ['the start time is missing', { ...SESSION, procStart: undefined }],
    ['the status is missing', { ...SESSION, status: undefined }],
    ['the status is a word that no known version writes', { ...SESSION, status: 'pondering' }],
    ['the status is no text', { ...SESSION, status: { toString: 'idle' } }],
    ['it holds a list', [SESSION]],
    ['it holds null', null],
  ])('says nothing when %s', (_why, session) => {
    write(session);
    expect(read()).toBeUndefined();
  });

  it('says nothing when neither side knows the start time', () => {
    write({ ...SESSION, procStart: '' });
    expect(read('')).toBeUndefined();
  });

  it('leaves out details that are no plain words', () => {
    write({ ...SESSION, waitingFor: 'permission\u001b[31m', version: 'x'.repeat(200), sessionId: 7 });
    expect(read()).toEqual({ source: 'claude-session-file', status: 'waiting' });
  });

  it('says nothing when there is no file or no directory', () => {
    expect(read()).toBeUndefined();
    rmSync(configDirectory, { recursive: true });
    expect(read()).toBeUndefined();
  });

  it.each(['', '{"pid":1606,"procSt', '\u0000\u0000', 'idle'])(
    'says nothing on half-written text %j',
    (text) => {
      writeFileSync(filePath(), text);
      expect(read()).toBeUndefined();
    },
  );

  it('follows no symbolic link', () => {
    const elsewhere = join(configDirectory, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify(SESSION));
    symlinkSync(elsewhere, filePath());
    expect(read()).toBeUndefined();
  });

  it('does not wait on a pipe, and reads no directory', () => {
    execFileSync('mkfifo', [filePath()]);
    expect(read()).toBeUndefined();
    rmSync(filePath());
    mkdirSync(filePath());
    expect(read()).toBeUndefined();
  });

  it('reads no file beyond 16 KiB', () => {
    write({ ...SESSION, cwd: `/${'x'.repeat(17_000)}` });
    expect(read()).toBeUndefined();
    write({ ...SESSION, cwd: `/${'x'.repeat(15_000)}` });
    expect(read()?.status).toBe('waiting');
  });
});
