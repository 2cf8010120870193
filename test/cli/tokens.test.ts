import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';

let room: ServedRoom;

beforeEach(async () => {
  room = await openServedRoom();
});

afterEach(() => room.close());

describe('token create', () => {
  it('prints the token alone on standard output', async () => {
    const { stdout, stderr } = await room.run('token', 'create', '--scope', 'read', '--ttl', '30d');
    expect(stdout).toMatch(/^tmo_[0-9a-f]{12}_[\w-]{43}\n$/);
    expect(stderr).toContain('not shown again');
    expect(room.door.judge(stdout.trim())).toMatchObject({ ok: true, token: { scope: 'read', agent: null } });
  });

  it('writes it into a new file for its owner alone', async () => {
    const file = join(room.folder, 'token');
    const { stdout } = await room.run('token', 'create', '--scope', 'message', '--agent', 'ada', '-o', file);
    expect(stdout).not.toContain('tmo_');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(room.door.judge(readFileSync(file, 'utf8').trim())).toMatchObject({
      ok: true,
      token: { agent: 'ada' },
    });
  });

  it('gives none out where the file is there already, and leaves that alone', async () => {
    const file = join(room.folder, 'token');
    writeFileSync(file, 'mine');
    const { code, stderr } = await room.run('token', 'create', '--scope', 'read', '-o', file);
    expect([code, readFileSync(file, 'utf8'), room.door.house.tokens.list()]).toEqual([2, 'mine', []]);
    expect(stderr).toContain('--output');
  });

  it('leaves no file where none was given out', async () => {
    const file = join(room.folder, 'token');
    const { code } = await room.run('token', 'create', '--scope', 'read', '--agent', 'No!', '-o', file);
    expect([code, existsSync(file)]).toEqual([2, false]);
  });

  it('needs a scope that there is', async () => {
    for (const words of [[], ['--scope', 'root']])
      expect((await room.run('token', 'create', ...words)).code).toBe(2);
  });
});

it('token list, rotate and revoke tell ids and no secrets', async () => {
  const secret = (await room.run('token', 'create', '--scope', 'control')).stdout.trim();
  const id = secret.split('_')[1] ?? '';
  const fresh = (await room.run('token', 'rotate', id)).stdout.trim();
  expect(room.door.judge(secret)).toMatchObject({ ok: false, reason: 'revoked' });
  expect((await room.run('token', 'revoke', fresh.split('_')[1] ?? '')).stdout).toContain('is void');
  const { stdout } = await room.run('token', 'list');
  expect(stdout).toContain(`${id}  control  you  void since`);
  expect(stdout).not.toContain(secret.slice(17));
  expect((await room.run('token', 'revoke', '000000000000')).code).toBe(4);
});

it('audit lists what the worker tells', async () => {
  room.door.house.audit = {
    list: ({ limit }) => {
      expect(limit).toBe(5);
      const by = { kind: 'user', name: 'user' } as const;
      const at = '2026-11-23T00:00:00.000Z';
      const what = { operation: 'agent.stop', target: 'ada', result: 'ok' };
      return [{ v: 1, at, request: 'r', door: 'socket', token: null, uid: 0, by, ...what }];
    },
  };
  const { stdout } = await room.run('audit', '--limit', '5');
  expect(stdout).toBe('2026-11-23T00:00:00.000Z  user  socket  agent.stop  ada  ok\n');
});
