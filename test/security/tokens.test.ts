import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenBook } from '../../src/core/token-book.ts';
import { ConfigSchema } from '../../src/model/config.ts';
import { checkBinding } from '../../src/model/network-binding.ts';
import { TokenFile } from '../../src/store/token-file.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { NetworkRoom } from '../helpers/network-room.ts';

const HOUR_MS = 3_600_000;
let folder: string;
let clock: FakeClock;
let room: NetworkRoom;
const path = () => join(folder, 'tokens.json');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-tokens-'));
  clock = new FakeClock();
  room = await NetworkRoom.open();
  room.house.tokens = new TokenBook({ file: new TokenFile(folder), clock });
});
afterEach(async () => {
  await room.close();
  rmSync(folder, { recursive: true });
});

const create = () => room.house.tokens.create({ scope: 'admin', agent: null, ttlMs: HOUR_MS });
const show = (secret: string) => room.ask({ headers: [room.host, `Authorization: Bearer ${secret}`] });

describe('a token', () => {
  it('counts until its time is up, and not a millisecond longer', async () => {
    const { secret } = create();
    clock.advance(HOUR_MS - 1);
    expect((await show(secret)).status).toBe(200);
    clock.advance(1);
    const { status, body } = await show(secret);
    expect(status).toBe(401);
    expect(JSON.parse(body).detail).toBe('the token is expired');
  });

  it('is void at once when it is revoked, on an open connection too', async () => {
    const { secret, token } = create();
    const other = create();
    expect((await show(secret)).status).toBe(200);
    room.house.tokens.revoke(token.id);
    expect((await show(secret)).status).toBe(401);
    expect((await show(other.secret)).status).toBe(200);
  });

  it('is void at once when it is rotated, and the new one counts as long as the old one would have', async () => {
    const { secret, token } = create();
    clock.advance(HOUR_MS / 2);
    const next = room.house.tokens.rotate(token.id);
    expect([(await show(secret)).status, (await show(next.secret)).status]).toEqual([401, 200]);
    expect(next.token).toMatchObject({ scope: 'admin', agent: null, expiresAt: token.expiresAt });
    clock.advance(HOUR_MS / 2);
    expect((await show(next.secret)).status).toBe(401);
  });

  it('stays void after a restart', async () => {
    const { secret, token } = create();
    room.house.tokens.revoke(token.id);
    room.house.tokens = new TokenBook({ file: new TokenFile(folder), clock });
    expect((await show(secret)).status).toBe(401);
  });

  it('does not count with a single character changed', async () => {
    const { secret } = create();
    const judged = [...secret].map((one, i) => {
      const changed = one === 'A' ? 'B' : 'A';
      return room.house.tokens.judge(`${secret.slice(0, i)}${changed}${secret.slice(i + 1)}`).ok;
    });
    expect(judged).toEqual(Array(secret.length).fill(false));
    expect(room.house.tokens.judge(secret).ok).toBe(true);
  });

  it('is 256 random bits: a thousand of them share no eight characters', () => {
    const book = new TokenBook({ file: { read: () => [], write: () => {} }, clock });
    const one = () => book.create({ scope: 'read', agent: null, ttlMs: HOUR_MS }).secret.slice(-43);
    const pieces = Array.from({ length: 900 }, one);
    expect(new Set(pieces.map((one) => one.slice(0, 8))).size).toBe(900);
    expect(new Set(pieces.map((one) => one.slice(-8))).size).toBe(900);
  });
});

describe('the file of tokens', () => {
  it('is for its owner only, whatever the umask', () => {
    const before = process.umask(0);
    try {
      for (let i = 0; i < 20; i++) create();
      expect(statSync(path()).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('is made private where it was open', () => {
    writeFileSync(path(), '{"v":1,"tokens":[]}', { mode: 0o666 });
    create();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('takes the place of a link and leaves alone what it led to', () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'mine');
    rmSync(path(), { force: true });
    symlinkSync(other, path());
    create();
    expect(readFileSync(other, 'utf8')).toBe('mine');
    expect(statSync(path()).isFile()).toBe(true);
  });

  it('holds hashes and no token, not even in another coding', () => {
    const { secret } = create();
    const text = readFileSync(path(), 'utf8');
    const random = secret.slice(-43);
    const hex = Buffer.from(random, 'base64url').toString('hex');
    for (const hidden of [random, hex, Buffer.from(secret).toString('base64')])
      expect(text).not.toContain(hidden);
    expect(text).toMatch(/"hash": "[0-9a-f]{64}"/);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"v":1,"tok'],
    ['no object', '[]'],
    ['another version', '{"v":2,"tokens":[]}'],
    ['no list', '{"v":1,"tokens":{}}'],
    ['a token without a hash', '{"v":1,"tokens":[{"id":"000000000000","scope":"admin"}]}'],
    ['NUL', '\u0000\u0000\u0000'],
    ['a number', '1'],
  ])('is refused as a whole where it holds %s', (_, text) => {
    writeFileSync(path(), text);
    expect(() => new TokenBook({ file: new TokenFile(folder), clock })).toThrow(
      expect.objectContaining({ code: 'CONFIG', hint: expect.stringContaining('mv ') }),
    );
  });

  it('is not taken for empty where it cannot be read', () => {
    mkdirSync(path());
    expect(() => new TokenBook({ file: new TokenFile(folder), clock })).toThrow();
  });

  it('changes before a token counts: what cannot be written down is not given out', async () => {
    const failing = {
      read: () => [],
      write: () => {
        throw new Error('disk full');
      },
    };
    room.house.tokens = new TokenBook({ file: failing, clock });
    expect(create).toThrow('disk full');
    expect(room.house.tokens.list()).toEqual([]);
  });

  it('holds a thousand and no more', () => {
    const book = new TokenBook({ file: { read: () => [], write: () => {} }, clock });
    const one = () => book.create({ scope: 'read', agent: null, ttlMs: HOUR_MS });
    for (let i = 0; i < 1_000; i++) one();
    expect(one).toThrow(expect.objectContaining({ code: 'LIMIT' }));
    clock.advance(91 * 24 * HOUR_MS);
    expect(one).not.toThrow();
    expect(book.list()).toHaveLength(1);
  });
});

describe('an address that others reach', () => {
  const base = ConfigSchema.parse({}).api;
  const combinations = Array.from({ length: 16 }, (_, bits) => [1, 2, 4, 8].map((bit) => (bits & bit) !== 0));
  const check = ([allowRemote = false, tls = false, hosts = false, token = false]: boolean[], host: string) =>
    checkBinding({
      api: {
        ...{ ...base, host, allowRemote, hosts: hosts ? ['tmo.example:8443'] : [] },
        ...(tls ? { tlsCert: '/cert.pem', tlsKey: '/key.pem' } : {}),
      },
      tokens: token ? 1 : 0,
    });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'localhost', '127.0.0.2', '127.1', '', '::ffff:127.0.0.1'])(
    '%j is listened at in one of sixteen combinations',
    (host) => {
      const opened = combinations.filter((one) => {
        try {
          check(one, host);
          return true;
        } catch (error) {
          expect(error).toMatchObject({ code: 'CONFIG', field: 'api.host' });
          return false;
        }
      });
      expect(opened).toEqual([[true, true, true, true]]);
    },
  );

  it('needs certificate and key, not one of them', () => {
    for (const half of [{ tlsCert: '/cert.pem' }, { tlsKey: '/key.pem' }]) {
      const api = { ...base, ...half, host: '0.0.0.0', allowRemote: true, hosts: ['x:1'] };
      expect(() => checkBinding({ api, tokens: 1 })).toThrow('api.tlsCert and api.tlsKey');
    }
  });

  it('of this machine alone needs none of it', () => {
    for (const host of ['127.0.0.1', '::1'])
      for (const one of combinations) expect(() => check(one, host)).not.toThrow();
  });
});
