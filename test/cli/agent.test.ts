import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
  room.writeWorker();
  room.writeAgent({ name: 'claude-3' });
  room.writeAgent({ name: 'claude-4', state: 'approval' });
  room.writeAgent({ name: 'codex-5', profile: 'codex', state: 'busy' });
});
afterEach(() => room.close());

const DOWN = { stoppedAt: '2026-01-01T00:00:00.000Z' };

async function listNames(...words: string[]): Promise<string[]> {
  const { stdout } = await room.run('agent', 'list', '--json', ...words);
  return JSON.parse(stdout).agents.map(({ name }: { name: string }) => name);
}

describe('agent list', () => {
  it('prints one line an agent', async () => {
    const { stdout, code } = await room.run('agent', 'list');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^claude-3 {2}idle {6}1\d s {2}work:1\.0 {2}\/srv\/project$/),
      expect.stringMatching(/^claude-4 {2}approval {2}/),
      expect.stringMatching(/^codex-5 {3}busy {6}/),
      '',
    ]);
    expect(code).toBe(0);
  });

  it('lists those that were asked for', async () => {
    expect(await listNames('--state', 'idle,busy')).toEqual(['claude-3', 'codex-5']);
    expect(await listNames('--profile', 'codex')).toEqual(['codex-5']);
    expect(await listNames('--needs-person')).toEqual(['claude-4']);
    expect(await listNames('--state', 'busy', '--profile', 'claude')).toEqual([]);
  });

  it('ends with 3 while the worker is down, and lists all the same', async () => {
    room.writeWorker(DOWN);
    const { stdout, code } = await room.run('agent', 'list');
    expect(stdout).toContain('claude-3');
    expect(code).toBe(3);
  });
});

describe('agent show', () => {
  it('tells everything that is known', async () => {
    const { stdout, code } = await room.run('agent', 'show', 'claude-3');
    for (const part of [
      'claude 2.1.0',
      'screen empty-prompt: idle',
      '%3 at work:1.0',
      '/srv/project',
      'pid 10',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(code).toBe(0);
  });

  it('gives the state file with --json', async () => {
    const { stdout } = await room.run('agent', 'show', 'claude-3', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, name: 'claude-3', panePid: 9 });
  });

  it('suggests the name that was meant, and ends with 4', async () => {
    const { stderr, code } = await room.run('agent', 'show', 'claude-33');
    expect(stderr).toBe('error: no agent is called claude-33\nhint: did you mean claude-3?\n');
    expect(code).toBe(4);
  });

  it('takes a name for a name, never for a path', async () => {
    expect((await room.run('agent', 'show', '../worker')).code).toBe(4);
  });
});

describe('agent wait', () => {
  it('ends at once with 0 where the agent is in the state already', async () => {
    const { stdout, code } = await room.run('agent', 'wait', 'claude-3', '--state', 'idle,draft');
    expect({ stdout, code }).toEqual({ stdout: 'idle\n', code: 0 });
  });

  it('ends as soon as the agent comes into the state', async () => {
    const waiting = room.run('agent', 'wait', 'codex-5', '--needs-person', '--timeout', '10s', '--json');
    setTimeout(() => room.writeAgent({ name: 'codex-5', state: 'question' }), 400);
    const { stdout, code } = await waiting;
    expect(JSON.parse(stdout)).toMatchObject({ name: 'codex-5', state: 'question' });
    expect(code).toBe(0);
  });

  it('gives up with 7', async () => {
    const { stderr, code } = await room.run(
      'agent',
      'wait',
      'codex-5',
      '--state',
      'idle',
      '--timeout',
      '100ms',
    );
    expect(stderr).toContain('codex-5 is still busy after 0 s');
    expect(code).toBe(7);
  });

  it('ends with 4 where the agent is not there or goes away', async () => {
    expect((await room.run('agent', 'wait', 'nobody', '--state', 'idle')).code).toBe(4);
    const waiting = room.run('agent', 'wait', 'codex-5', '--state', 'idle');
    setTimeout(() => room.removeAgent('codex-5'), 400);
    expect((await waiting).code).toBe(4);
  });

  it('ends with 3 where the worker is down or goes down', async () => {
    const waiting = room.run('agent', 'wait', 'codex-5', '--state', 'idle');
    setTimeout(() => room.writeWorker(DOWN), 400);
    expect((await waiting).code).toBe(3);
    expect((await room.run('agent', 'wait', 'codex-5', '--state', 'busy')).code).toBe(3);
  });
});
