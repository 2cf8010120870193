import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { askGate } from '../../src/host/gate-command.ts';
import { isRunning } from '../helpers/is-running.ts';
import { until } from '../helpers/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'tmo-gate-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function ask(command: string[], timeoutMs = 5_000, signal = new AbortController().signal): Promise<boolean> {
  return askGate({ command, directory, timeoutMs }, signal);
}

const shell = (script: string, ...words: string[]) => ask(['sh', '-c', script, 'sh', ...words]);

describe('a gate', () => {
  it.each([
    [0, true],
    [1, false],
    [125, false],
  ])('that ends with %i says %s', async (code, worth) => {
    expect(await shell(`exit ${code}`)).toBe(worth);
  });

  it.each([
    ['ends with 127', () => shell('exit 127'), 'exit code 127|failed'],
    ['is ended by a signal', () => shell('kill -9 $$'), 'SIGKILL'],
    ['is not there', () => ask(['/nowhere/at/all']), 'ENOENT'],
    ['is no program', () => ask([directory]), 'EACCES'],
    [
      'has no directory to run in',
      () =>
        askGate({ command: ['true'], directory: '/nowhere', timeoutMs: 100 }, new AbortController().signal),
      'failed',
    ],
  ])('that %s has failed', async (_, act, message) => {
    await expect(act()).rejects.toMatchObject({ code: 'FAILED', message: expect.stringMatching(message) });
  });

  it('that takes too long has failed and is ended, deaf as it may be', async () => {
    const script = 'trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done';
    await expect(ask(['sh', '-c', script], 300)).rejects.toThrow('no end within 300 ms');
    await until(() => !isRunning(Number(readFileSync(join(directory, 'pid'), 'utf8'))));
  });

  it('is ended with the worker', async () => {
    const worker = new AbortController();
    setTimeout(() => worker.abort(), 50);
    await expect(ask(['sleep', '60'], 60_000, worker.signal)).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('gets its words as they are, runs where it should, and knows nothing of the service', async () => {
    process.env.TMUX_ORCHESTRATOR_SECRET = 'x';
    const script = 'pwd > seen; printf "%s\\n" "$1" >> seen; env >> seen';
    await shell(script, '$(touch evil); `touch evil` #(touch evil)');
    delete process.env.TMUX_ORCHESTRATOR_SECRET;
    const [where, word, ...env] = readFileSync(join(directory, 'seen'), 'utf8').trim().split('\n');
    expect([where, word]).toEqual([directory, '$(touch evil); `touch evil` #(touch evil)']);
    expect(existsSync(join(directory, 'evil'))).toBe(false);
    expect(env.filter((line) => /SECRET|NODE_|VITEST/.test(line))).toEqual([]);
    expect(env).toContainEqual(expect.stringMatching(/^PATH=/));
  });

  it('is found beside the place where it runs', async () => {
    writeFileSync(join(directory, 'gate.sh'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    expect(await ask(['./gate.sh'])).toBe(false);
  });
});
