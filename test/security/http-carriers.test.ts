import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkRoom } from '../helpers/network-room.ts';

let room: NetworkRoom;
beforeAll(async () => {
  room = await NetworkRoom.open();
});
afterAll(() => room.close());

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Ways to show a token; T stands for a valid one of an administrator. */
const HEADERS: [status: number, shape: (token: string) => string[]][] = [
  [401, () => []],
  [401, () => ['Authorization: ']],
  [401, () => ['Authorization: Bearer']],
  [401, () => ['Authorization: Bearer ']],
  [401, (token) => [`Authorization: ${token}`]],
  [401, (token) => [`Authorization: bearer ${token}`]],
  [401, (token) => [`Authorization: BEARER ${token}`]],
  [401, (token) => [`Authorization: Bearer  ${token}`]],
  [401, (token) => [`Authorization: Bearer\t${token}`]],
  [401, (token) => [`Authorization: Bearer ${token},${token}`]],
  [401, (token) => [`Authorization: Bearer ${token} x`]],
  [401, (token) => [`Authorization: Bearer "${token}"`]],
  [401, (token) => [`Authorization: Bearer ${base64(token)}`]],
  [401, (token) => [`Authorization: Bearer ${token.toUpperCase()}`]],
  [401, (token) => [`Authorization: Token ${token}`]],
  [401, (token) => [`Authorization: Basic ${base64(`user:${token}`)}`]],
  [401, (token) => [`Authorization: Basic ${base64(`${token}:`)}`]],
  [401, (token) => [`Proxy-Authorization: Bearer ${token}`]],
  [401, (token) => [`Cookie: token=${token}; tmo=${token}`]],
  [401, (token) => [`X-Api-Key: ${token}`]],
  [401, (token) => [`X-Auth-Token: ${token}`]],
  [401, (token) => [`Sec-WebSocket-Protocol: ${token}`]],
  [401, (token) => [`Authorization: Bearer ${token.slice(0, -1)}`]],
  [401, () => ['Authorization: Bearer undefined', 'X: null']],
  [401, () => [`Authorization: Bearer ${'0'.repeat(60)}`]],
  [400, (token) => [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]],
  [400, (token) => [`Authorization: Bearer ${token}`, 'Authorization: Basic x']],
  [400, (token) => ['Authorization: Basic x', `authorization: Bearer ${token}`]],
];

describe('a token', () => {
  it('counts in a header of its own', async () => {
    expect((await room.ask({ headers: room.as('read') })).status).toBe(200);
  });

  it.each(HEADERS)('is refused (%i) as %o', async (status, shape) => {
    const answer = await room.ask({ headers: [room.host, ...shape(room.tokens.admin)] });
    expect(answer.status).toBe(status);
    expect(answer.body).not.toMatch(/tmo_|claude-3/);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is never so long that it counts cut short', async () => {
    const authorization = `Authorization: Bearer ${room.tokens.admin}${'A'.repeat(100_000)}`;
    expect((await room.ask({ headers: [room.host, authorization] })).status).toBe(431);
  });

  it('is refused in an address, even next to one that counts', async () => {
    const token = room.tokens.admin;
    const names = ['token', 'access_token', 'api_key', 'apikey', 'key', 'auth', 'secret', 'authToken', 'x'];
    for (const target of [...names.map((name) => `/v1/agents?${name}=${token}`), `/v1/agents/${token}`]) {
      const answer = await room.ask({ target, headers: room.as('admin') });
      expect({ target, status: answer.status }).toEqual({ target, status: 400 });
      expect(JSON.parse(answer.body).detail).toContain('rotate it');
      expect(answer.body).not.toContain(token.slice(20));
      expect((await room.ask({ target, headers: [room.host] })).status).toBe(400);
    }
  });

  it('is refused in an address with its characters escaped', async () => {
    const escaped = [...room.tokens.admin].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
    for (const target of [`/v1/agents?x=${escaped}`, `/v1/agents?%74oken=${escaped}`]) {
      const answer = await room.ask({ target, headers: [room.host] });
      expect([400, 401]).toContain(answer.status);
    }
  });

  it('is guessed at ten times a minute; who has a good one is not held up by that', async () => {
    const other = await NetworkRoom.open();
    const statuses = [];
    for (let i = 0; i < 13; i++) {
      const authorization = `Authorization: Bearer tmo_${'0'.repeat(12)}_${'A'.repeat(42)}${i % 10}`;
      const { status, headers } = await other.ask({ headers: [other.host, authorization] });
      statuses.push(status);
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429, 429]);
    expect((await other.ask({ headers: other.as('read') })).status).toBe(200);
    await other.close();
  });

  it('gives no more to the headers that proxies set', async () => {
    const lines = [
      'X-Forwarded-For: 127.0.0.1',
      'X-Real-IP: 127.0.0.1',
      'Forwarded: for=127.0.0.1',
      'X-Original-URL: /healthz',
    ];
    const pid = `Tmux-Orchestrator-Pid: ${process.pid}`;
    expect((await room.ask({ headers: [room.host, ...lines, pid] })).status).toBe(401);
  });
});

describe('without a token', () => {
  it('nothing is told but that somebody is there', async () => {
    expect(await room.ask({ target: '/healthz', headers: [room.host] })).toMatchObject({
      status: 204,
      body: '',
    });
    const others = [
      '/',
      '/v1',
      '/v1/',
      '/healthz/',
      '/healthz/x',
      '/healthz?x',
      '/HEALTHZ',
      '//healthz',
      '/%68ealthz',
    ];
    for (const target of [
      ...others,
      '/readyz',
      '/metrics',
      '/openapi.json',
      '/token',
      '/config',
      '/mcp',
      '/v1/events',
    ]) {
      const { status } = await room.ask({ target, headers: [room.host] });
      expect({ target, status }).toEqual({ target, status: 401 });
    }
  });
});
