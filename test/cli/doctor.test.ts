import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/check.ts';
import { type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
  room.env.TMUX_TMPDIR = room.folder;
});
afterEach(() => room.close());

async function examine(...words: string[]) {
  const { stdout, code } = await room.run('doctor', '--json', ...words);
  const checks: Finding[] = JSON.parse(stdout).checks;
  return { code, of: (name: string) => checks.find((check) => check.name === name), checks };
}

describe('doctor', () => {
  it('finds a sound machine sound, and warns of what is missing', async () => {
    room.writeWorker();
    const { code, of, checks } = await examine();
    expect(code).toBe(0);
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(of('worker')?.status).toBe('ok');
    expect(of('tmux server')?.status).toBe('warn');
    expect(of('tmux')?.detail).toMatch(/^\d/);
  });

  it('says how to mend whatever is not ok', async () => {
    room.writeConfig('watch: [\n');
    chmodSync(room.runtime, 0o777);
    const { code, checks, of } = await examine();
    expect(code).toBe(1);
    expect(of('config')?.status).toBe('fail');
    expect(of('runtime directory')?.remedy).toBe(`chmod 700 ${room.runtime}`);
    for (const { status, remedy } of checks) expect(remedy === null).toBe(status === 'ok');
  });

  it('tells a missing tmux from one that is too old', async () => {
    room.writeConfig('tmux:\n  program: /nowhere/tmux\n');
    expect((await examine()).of('tmux')?.detail).toContain('tmux was not found');
    const program = join(room.folder, 'tmux');
    writeFileSync(program, '#!/bin/sh\necho tmux 2.9\n', { mode: 0o755 });
    room.writeConfig(`tmux:\n  program: ${program}\n`);
    expect((await examine()).of('tmux')?.detail).toContain('tmux 2.9 is too old');
  });

  it('warns of a worker that is down and fails for one that hangs', async () => {
    expect((await examine()).of('worker')?.status).toBe('warn');
    room.writeWorker({ heartbeatAt: '2026-01-01T00:00:00.000Z' });
    expect((await examine()).of('worker')?.status).toBe('fail');
  });

  it('sees a heartbeat in the future', async () => {
    room.writeWorker({ heartbeatAt: '2099-01-01T00:00:00.000Z' });
    expect((await examine()).of('clock')).toMatchObject({ status: 'fail' });
  });

  it('finds the agent CLIs on PATH', async () => {
    const folder = join(room.folder, 'bin');
    mkdirSync(folder);
    writeFileSync(join(folder, 'claude'), '', { mode: 0o755 });
    writeFileSync(join(folder, 'codex'), '', { mode: 0o644 });
    room.env.PATH = `${folder}:${room.env.PATH}`;
    expect((await examine()).of('agent CLIs')?.detail).toMatch(/^claude(?!.*codex)/);
  });

  it('refuses a socket path that is too long', async () => {
    const { of } = await examine('--socket-path', `/${'x'.repeat(120)}`);
    expect(of('tmux server')?.detail).toContain('is 121 bytes long');
  });

  it('reads well', async () => {
    const { stdout } = await room.run('doctor');
    expect(stdout).toMatch(/^ok {4}config: valid/m);
    expect(stdout).toMatch(/^warn {2}tmux server: .*\n {6}to mend it: start one/m);
  });
});
