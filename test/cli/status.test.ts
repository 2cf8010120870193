import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, type CliRoom, openCliRoom } from '../helpers/cli-room.ts';
import { until } from '../helpers/until.ts';

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.close());

const longAgo = '2026-01-01T00:00:00.000Z';

describe('status', () => {
  it('shows the worker and its agents and ends with 0', async () => {
    room.writeWorker();
    room.writeAgent({ name: 'claude-3', state: 'approval' });
    const { stdout, stderr, code } = await room.run('status');
    expect(stdout).toMatch(/^worker 1\.2\.3 up since/);
    expect(stdout).toMatch(/claude-3 {2}approval {2}1\d s {3}work:1\.0 {2}\/srv\/project {2}asks leave/);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  it('gives one document with --json, wherever that stands', async () => {
    room.writeWorker();
    room.writeAgent({ name: 'claude-3' });
    for (const words of [
      ['status', '--json'],
      ['--json', 'status'],
    ]) {
      const { stdout, code } = await room.run(...words);
      const document = JSON.parse(stdout);
      expect(document.worker).toMatchObject({ up: true, status: 'up', version: '1.2.3', panes: 3 });
      expect(document.agents).toMatchObject([{ name: 'claude-3', state: 'idle', v: 1 }]);
      expect(code).toBe(0);
    }
  });

  it('sorts agents as people count', async () => {
    room.writeWorker();
    for (const name of ['claude-10', 'claude-9', 'codex-1']) room.writeAgent({ name });
    const { agents } = JSON.parse((await room.run('status', '--json')).stdout);
    expect(agents.map((agent: { name: string }) => agent.name)).toEqual(['claude-9', 'claude-10', 'codex-1']);
  });

  it('says that the worker has not run yet, and ends with 3', async () => {
    const { stdout, stderr, code } = await room.run('status');
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: worker has not run yet\nhint: start it with: tmux-orchestrator run/);
    expect(code).toBe(3);
  });

  it('shows the last known state of a worker that was killed, and ends with 3', async () => {
    room.writeWorker({ pid: 2 ** 22 + 1, heartbeatAt: longAgo });
    room.writeAgent({ name: 'claude-3' });
    const { stdout, stderr, code } = await room.run('status');
    expect(stdout).toContain('claude-3');
    expect(stderr).toMatch(/worker is down: it vanished, last heartbeat \d+ d .*ago, at Jan 1 00:00/);
    expect(stderr).toContain('systemctl --user start tmux-orchestrator');
    expect(code).toBe(3);
  });

  it('tells a worker that was stopped from one that does not answer', async () => {
    room.writeWorker({ stoppedAt: longAgo });
    expect((await room.run('status')).stderr).toContain('it was stopped');
    room.writeWorker({ heartbeatAt: longAgo });
    const { stderr, code } = await room.run('status');
    expect(stderr).toContain('worker does not answer (last heartbeat');
    expect(code).toBe(3);
  });

  it('says the same in fields', async () => {
    room.writeWorker({ stoppedAt: longAgo });
    const { stdout, stderr, code } = await room.run('status', '--json');
    expect(JSON.parse(stdout).worker).toMatchObject({ up: false, status: 'stopped', downSince: longAgo });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'WORKER_DOWN' }, exitCode: 3 });
    expect(code).toBe(3);
  });

  it('lets nothing of a hostile agent reach the terminal', async () => {
    room.writeWorker();
    const place = { session: 'a\u001b]0;x\u0007', window: '\n', windowIndex: 0, paneIndex: 0 };
    const directory = '/tmp/#(touch canary)\u001b[2J\r\n$(touch canary)';
    room.writeAgent({ name: 'claude-3', failure: '\u001b[31mred\u009b5m', place: { ...place, directory } });
    const { stdout } = await room.run('status');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
    expect(stdout).toContain('/tmp/#(touch canary)');
  });

  it('passes over what is no state file', async () => {
    room.writeWorker();
    room.writeAgent({ name: 'claude-3' });
    const agents = join(room.runtime, 'agents');
    writeFileSync(join(agents, 'half.json'), '{"v":1,"na');
    writeFileSync(join(agents, 'later.json'), '{"v":2}');
    writeFileSync(join(agents, 'claude-4.json.tmp'), '');
    const { agents: shown } = JSON.parse((await room.run('status', '--json')).stdout);
    expect(shown).toHaveLength(1);
  });

  it('has no colours where nobody looks', async () => {
    room.writeWorker();
    room.writeAgent({ name: 'claude-3' });
    expect((await room.run('status')).stdout).not.toContain('\u001b');
  });

  it('refuses a runtime directory that others may enter or that is a link', async () => {
    chmodSync(room.runtime, 0o755);
    const open = await room.run('status');
    expect(open.stderr).toContain(`chmod 700 ${room.runtime}`);
    expect(open.code).toBe(78);
    rmSync(room.runtime, { recursive: true });
    mkdirSync(join(room.folder, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(room.folder, 'elsewhere'), room.runtime);
    const linked = await room.run('status');
    expect(linked.stderr).toContain('it is a symbolic link');
    expect(linked.code).toBe(78);
  });
});

describe('status --watch', () => {
  it('prints a line a change where it has no terminal, and ends when it is interrupted', async () => {
    room.writeWorker();
    room.writeAgent({ name: 'claude-3' });
    const watching = execa(process.execPath, [CLI, 'status', '--watch'], {
      ...{ env: room.env, extendEnv: false, reject: false, buffer: false },
    });
    let seen = '';
    watching.stdout.on('data', (chunk) => {
      seen += chunk;
    });
    await until(() => seen.includes('claude-3 idle\n'));
    room.writeAgent({ name: 'claude-3', state: 'approval' });
    await until(() => seen.includes('claude-3 idle -> approval: asks leave to use a tool\n'));
    room.removeAgent('claude-3');
    await until(() => seen.includes('claude-3 has gone\n'));
    room.writeWorker({ stoppedAt: new Date().toISOString() });
    await until(() => seen.includes('worker is down: it was stopped'));
    watching.kill('SIGINT');
    expect((await watching).exitCode).toBe(130);
  });
});
