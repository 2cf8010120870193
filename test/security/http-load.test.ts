import { once } from 'node:events';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRaw, type ControlDoor, exchangeRaw, openControlDoor, writeRaw } from '../helpers/control-door.ts';
import { cpuMs } from '../helpers/cpu-time.ts';
import { NetworkRoom } from '../helpers/network-room.ts';
import { PATIENCE_MS } from '../helpers/until.ts';

const LIMITS = { headMs: 500, requestMs: 1_000, checkMs: 100, connections: 64 };
let room: NetworkRoom;
let door: ControlDoor;
beforeAll(async () => {
  room = await NetworkRoom.open({ limits: LIMITS });
  door = await openControlDoor();
});
afterAll(async () => {
  await room.close();
  await door.close();
});

const JSON_TYPE = 'Content-Type: application/json';
const write = (length: number | string, target = '/v1/agents') =>
  writeRaw({ method: 'POST', target, headers: room.as('admin', JSON_TYPE, `Content-Length: ${length}`) });

/** Writes a piece every 50 ms for as long as it may; gives the answer and after what time the connection was ended, milliseconds. */
async function drip(first: string, piece: string): Promise<{ text: string; ms: number }> {
  const start = performance.now();
  const connection = connect(room.port, '127.0.0.1');
  connection.on('error', () => {});
  let text = '';
  connection.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  connection.write(first);
  const timer = setInterval(() => connection.write(piece), 50);
  await once(connection, 'close');
  clearInterval(timer);
  return { text, ms: performance.now() - start };
}

describe('a slow client', () => {
  it.each([
    ['that sends the head byte by byte', () => ['GET /', 'x'] as const, 500],
    [
      'that sends headers without an end',
      () => [`GET / HTTP/1.1\r\n${room.host}\r\n`, 'X: y\r\n'] as const,
      500,
    ],
    ['that sends the body byte by byte', () => [write(60_000), ' '] as const, 1_000],
    [
      'that sends the body in tiny chunks',
      () =>
        [
          writeRaw({ method: 'POST', headers: room.as('admin', JSON_TYPE, 'Transfer-Encoding: chunked') }),
          '1\r\n \r\n',
        ] as const,
      1_000,
    ],
  ])('%s is cut off', async (_, parts, limitMs) => {
    const [first, piece] = parts();
    const { text, ms } = await drip(first, piece);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(ms).toBeGreaterThan(limitMs - 100);
    expect(ms).toBeLessThan(limitMs + PATIENCE_MS);
  });

  it('has no say over others: beside 60 of them the socket answers', async () => {
    const slow = Array.from({ length: 60 }, () => drip('GET /', 'x'));
    for (let i = 0; i < 30; i++) expect((await askRaw(door.path, {})).status).toBe(200);
    for (const { text } of await Promise.all(slow)) expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that only opens connections gets no more than there are', async () => {
    const open = async (count: number) => {
      const idle = Array.from({ length: count }, () => connect(room.port, '127.0.0.1').on('error', () => {}));
      await new Promise((resolve) => setTimeout(resolve, 100));
      const answer = await room.ask({ headers: room.as('read') });
      for (const one of idle) one.destroy();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return answer;
    };
    expect((await open(LIMITS.connections - 10)).status).toBe(200);
    const { status, headers } = await open(LIMITS.connections + 8);
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    // Far too many are not even answered.
    expect((await open(2 * LIMITS.connections)).status).toBe(0);
    expect((await room.ask({ headers: room.as('read') })).status).toBe(200);
  });
});

describe('a body', () => {
  it('of 10 GB is refused before any of it is read', async () => {
    for (const target of ['/v1/agents', '/v1/agents/claude-3/messages']) {
      const [answer] = await exchangeRaw(room.port, write(10 * 1024 ** 3, target));
      expect(answer?.status).toBe(413);
      expect(answer?.headers.get('connection')).toBe('close');
    }
  });

  it('is not even waited for from who has no token', async () => {
    const headers = [room.host, JSON_TYPE, 'Content-Length: 10737418240', 'Expect: 100-continue'];
    const [answer] = await exchangeRaw(room.port, writeRaw({ method: 'POST', headers }));
    // Who waits for it in vain answers 408.
    expect(answer?.status).toBe(401);
  });

  it('of 10 GB two hundred times takes no memory', async () => {
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 200; i += 20) {
      const piece = 'x'.repeat(65_536);
      const bytes = `${write(10 * 1024 ** 3, '/v1/agents/claude-3/messages')}${piece}`;
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchangeRaw(room.port, bytes)));
      for (const [answer] of answers) expect(answer?.status).toBe(413);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2);
  });

  it('without an end is cut off by what has come of it, not by what it says of itself', async () => {
    const lines = room.as('admin', JSON_TYPE, 'Transfer-Encoding: chunked');
    const head = writeRaw({ method: 'POST', target: '/v1/agents', headers: lines });
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const [answer] = await exchangeRaw(room.port, head + chunk.repeat(5));
    expect(answer?.status).toBe(413);
    expect(answer?.headers.get('connection')).toBe('close');
  });

  it('that is nested is refused for its depth, however small', async () => {
    const body = `{"env":${'['.repeat(30)}${']'.repeat(30)}}`;
    const headers = room.as('admin', JSON_TYPE, `Content-Length: ${body.length}`);
    const answer = await room.ask({ method: 'POST', target: '/v1/agents', headers, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).detail).toBe('content is nested deeper than 20 levels');
  });

  it('that is packed is refused, and never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    for (const coding of ['gzip', 'deflate', 'br', 'zstd', 'identity', 'x']) {
      const headers = room.as(
        'admin',
        JSON_TYPE,
        `Content-Encoding: ${coding}`,
        `Content-Length: ${bomb.length}`,
      );
      const bytes = Buffer.concat([Buffer.from(writeRaw({ method: 'POST', headers })), bomb]);
      const [answer] = await exchangeRaw(room.port, bytes);
      expect(answer?.status).toBe(415);
    }
  });
});

const DIGITS = '9'.repeat(60_000);
const KEYS = Array.from({ length: 5_000 }, (_, i) => `"k${i}":0`).join();
/** Bodies that have brought parsers to their knees. */
const BOMBS: [name: string, body: string][] = [
  ['nested lists', `${'['.repeat(32_000)}${']'.repeat(32_000)}`],
  ['nested lists in a field', `{"env":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ['nested objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['lists without an end', '['.repeat(65_000)],
  ['a number of 60,000 digits', `{"name":${DIGITS}}`],
  ['an exponent of 60,000 digits', `{"name":1e${DIGITS}}`],
  ['5,000 keys', `{${KEYS}}`],
  ['30,000 items within', `{"name":"x","directory":"/","args":[${'0,'.repeat(30_000)}0]}`],
  ['5,000 keys within', `{"name":"x","directory":"/","env":{${KEYS}}}`],
  ['the same key 5,000 times', `{${'"name":"x",'.repeat(5_000)}"name":"x"}`],
  ['60,000 quotes', `{"name":"${'\\"'.repeat(30_000)}"}`],
  ['60,000 escapes', `{"name":"${'\\u0000'.repeat(10_000)}"}`],
  ['a name that invites backtracking', `{"name":"${'a'.repeat(60_000)}!","directory":"/"}`],
  ['a path that invites backtracking', `{"name":"x","directory":"/${'../'.repeat(20_000)}\\u0001"}`],
  ['blanks', ' '.repeat(65_000)],
];
const POISONS = [
  '{"__proto__":{"isAdmin":true},"name":"x","directory":"/"}',
  '{"constructor":{"prototype":{"isAdmin":true}},"name":"x","directory":"/"}',
  '{"name":"x","directory":"/","env":{"__proto__":"x"}}',
  '{"name":"x","directory":"/","env":{"\\u005f_proto__":"x"}}',
  '{"name":"x","directory":"/","restart":{"prototype":1}}',
];

describe('JSON', () => {
  const spawn = (body: string) =>
    room.ask({
      ...{ method: 'POST', target: '/v1/agents', body },
      headers: room.as('admin', JSON_TYPE, `Content-Length: ${Buffer.byteLength(body)}`),
    });

  it.each(BOMBS)('of %s is refused within moments', async (_, body) => {
    expect(body.length).toBeLessThanOrEqual(65_536);
    // The best of three: garbage is collected meanwhile too.
    const costs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const ask = async () => {
        const answer = await spawn(body);
        expect(answer.status).toBe(400);
        expect(answer.body.length).toBeLessThan(4_000);
      };
      costs.push(await cpuMs(ask));
    }
    expect(Math.min(...costs)).toBeLessThan(100);
  });

  it.each(POISONS)('%s reaches no prototype', async (body) => {
    expect((await spawn(body)).status).toBe(400);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(room.house.calls).toEqual([]);
  });

  it('is answered shortly, however much is wrong in a query too', async () => {
    const query = Array.from({ length: 2_000 }, (_, i) => i.toString(36)).join('&');
    const { status, body } = await room.ask({ target: `/v1/agents?${query}`, headers: room.as('admin') });
    expect(status).toBe(400);
    expect(body.length).toBeLessThan(4_000);
    expect(JSON.parse(body).detail).toContain('(and 1997 more)');
  });

  it('keys of prototypes do nothing in queries, paths and headers either', async () => {
    for (const key of [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      '__defineGetter__',
    ]) {
      const targets = [
        `/v1/agents/${key}`,
        `/v1/messages?${key}=x`,
        `/v1/${key}`,
        `/v1/messages?${key}[x]=y`,
        `/v1/roles/${key}`,
      ];
      for (const target of targets) {
        const { status } = await room.ask({ target, headers: room.as('admin', `${key}: x`) });
        expect([400, 404, 200]).toContain(status);
      }
    }
    expect(room.unexpected).toEqual([]);
  });
});
