import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run, type Step, write } from '../../../src/host/service/plan.ts';
import { runPlan } from '../../../src/host/service/plan-runner.ts';
import { writeFileAtomic } from '../../../src/store/atomic-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const carryOut = (...steps: Step[]) =>
  runPlan(steps, { writeFile: (path, text) => writeFileAtomic(path, text) });

/** A program that keeps what it was called with, and fails the first so many times. */
function makeProgram(name: string, failures = 0): string {
  const path = join(folder, name);
  const script = `echo "$*" >>${path}.calls; [ $(wc -l <${path}.calls) -gt ${failures} ] || { echo "not yet" >&2; exit 5; }`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('a plan', () => {
  it('is done in order', async () => {
    const program = makeProgram('one');
    await carryOut(
      { do: 'make-directory', path: join(folder, 'a/b') },
      write(join(folder, 'a/b/file'), 'text\n', undefined),
      run(program, 'x y', '$HOME'),
    );
    expect(readFileSync(join(folder, 'a/b/file'), 'utf8')).toBe('text\n');
    expect(readFileSync(`${program}.calls`, 'utf8')).toBe('x y $HOME\n');
  });

  it('that fails is taken back, new directories and all, and the failure says so', async () => {
    const failing = carryOut(
      { do: 'make-directory', path: join(folder, 'a/b') },
      write(join(folder, 'a/b/file'), 'text\n', undefined),
      run(makeProgram('bad', 99)),
    );
    await expect(failing).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('not yet (exit code 5)'),
      hint: 'everything is as it was before',
    });
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });

  it('that fails puts back the file that was there, and leaves directories that were there', async () => {
    const path = join(folder, 'a/file');
    mkdirSync(join(folder, 'a'));
    writeFileSync(path, 'old\n');
    const failing = carryOut(
      { do: 'make-directory', path: join(folder, 'a') },
      write(path, 'new\n', 'old\n'),
      run(makeProgram('bad', 99)),
    );
    await expect(failing).rejects.toThrow(/not yet/);
    expect(readFileSync(path, 'utf8')).toBe('old\n');
  });

  it('that fails after something final tells what stays done', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    const failing = carryOut({ do: 'remove', path }, run(makeProgram('bad', 99)));
    await expect(failing).rejects.toMatchObject({ hint: `done before it, and not taken back: rm ${path}` });
  });

  it('goes on after a command that may fail', async () => {
    const after = makeProgram('after');
    await carryOut({ ...run(makeProgram('bad', 99)), mayFail: true }, run(after));
    expect(existsSync(`${after}.calls`)).toBe(true);
  });

  it('tries again what needs a while', async () => {
    const program = makeProgram('late', 2);
    await carryOut({ ...run(program, 'again'), retriesMax: 3 });
    expect(readFileSync(`${program}.calls`, 'utf8')).toBe('again\nagain\nagain\n');
  });

  it('does not wait for ever', async () => {
    const failing = carryOut({ ...run('sleep', '60'), timeLimitMs: 100 });
    await expect(failing).rejects.toThrow(/did not answer within 0.1 s/);
  });

  it('says which program is missing', async () => {
    await expect(carryOut(run(join(folder, 'nowhere')))).rejects.toThrow(/nowhere/);
  });

  it('ends with 78 where a directory is a file', async () => {
    writeFileSync(join(folder, 'a'), '');
    const failing = carryOut({ do: 'make-directory', path: join(folder, 'a/b') });
    await expect(failing).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining('a/b') });
  });
});
