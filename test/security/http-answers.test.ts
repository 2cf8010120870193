import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeRaw, writeRaw } from '../helpers/control-door.ts';
import { NetworkRoom } from '../helpers/network-room.ts';

let room: NetworkRoom;
beforeAll(async () => {
  room = await NetworkRoom.open();
});
afterAll(() => room.close());

const EXPECTED = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const JSON_TYPE = 'Content-Type: application/json';
const post = (body: string, ...lines: string[]) => ({
  ...{ method: 'POST', target: '/v1/agents/claude-3/messages', body },
  headers: room.as('admin', JSON_TYPE, `Content-Length: ${Buffer.byteLength(body)}`, ...lines),
});

/** One of every kind, by its status and what is asked. */
const KINDS: [status: number, bytes: () => string][] = [
  [200, () => writeRaw({ headers: room.as('read') })],
  [204, () => writeRaw({ target: '/healthz', headers: [room.host] })],
  [400, () => writeRaw({ target: '/v1/agents/NO', headers: room.as('read') })],
  [400, () => writeRaw(post('{'))],
  [400, () => 'this is no HTTP\r\n\r\n'],
  [401, () => writeRaw({ headers: [room.host] })],
  [403, () => writeRaw({ headers: ['Host: evil.test'] })],
  [403, () => writeRaw({ headers: room.as('read', 'Origin: http://evil.test') })],
  [403, () => writeRaw({ method: 'DELETE', target: '/v1/agents/claude-3', headers: room.as('read') })],
  [404, () => writeRaw({ target: '/v1/agents/nobody', headers: room.as('read') })],
  [404, () => writeRaw({ target: '/nothing', headers: room.as('read') })],
  [405, () => writeRaw({ method: 'PUT', headers: room.as('admin') })],
  [405, () => writeRaw({ method: 'OPTIONS', headers: room.as('admin') })],
  [413, () => writeRaw(post(JSON.stringify({ text: 'x'.repeat(1_200_000) })))],
  [415, () => writeRaw(post('{}', 'Content-Encoding: gzip'))],
  [417, () => writeRaw(post('{}', 'Expect: miracles'))],
  [431, () => writeRaw({ headers: room.as('read', `X: ${'x'.repeat(10_000)}`) })],
];

describe('an answer', () => {
  it.each(KINDS)('%i is not to be kept, framed, guessed at, run or read by others', async (status, bytes) => {
    const [answer] = await exchangeRaw(room.port, bytes());
    expect(answer?.status).toBe(status);
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject(EXPECTED);
  });

  it('500 tells nothing of what happened, with the same headers', async () => {
    room.house.failure = new Error('canary in /root/.ssh/id_rsa');
    const answer = await room.ask(post('{"text":"x"}'));
    expect(answer.status).toBe(500);
    expect(Object.fromEntries(answer.headers)).toMatchObject(EXPECTED);
    expect(answer.body).not.toMatch(/canary|id_rsa|\bat\b .*:\d+/);
    expect(room.unexpected.splice(0)).toHaveLength(1);
  });

  it('never says who or what is there: no server, no version, no stack, no leave to others', async () => {
    for (const [, bytes] of KINDS) {
      const [answer] = await exchangeRaw(room.port, bytes());
      const names = [...(answer?.headers.keys() ?? [])];
      expect(
        names.filter((name) => /^(?:access-control|server|x-powered|set-cookie|location)/.test(name)),
      ).toEqual([]);
      expect(answer?.body).not.toMatch(/node_modules|\.ts:|\.js:|hono|zod/i);
    }
  });

  it('never repeats what came in a header, a body or a token, in whatever coding', async () => {
    const canary = 'c4n4ryc4n4ryc4n4ry';
    const secret = room.tokens.admin;
    const hidden = [
      canary,
      secret,
      ...['base64', 'hex', 'base64url'].map((coding) =>
        Buffer.from(secret).toString(coding as BufferEncoding),
      ),
    ];
    const requests = [
      { headers: room.as('admin', `X-${canary}: x`, `X: ${canary}`, `Origin: http://${canary}`) },
      { headers: room.as('admin', `X: ${canary}`), method: 'PUT' },
      { headers: [`Host: ${canary}`] },
      { headers: room.as('admin', `Expect: ${canary}`) },
      { headers: [room.host, `Authorization: Bearer ${canary}${canary}`] },
      post(`{"text":"x","${'text'}2":1, ${canary}`),
      post(canary),
      post(`{"text":{"a":"${canary}"}}`),
      post('{"text":"x"}', `Idempotency-Key: ${canary} ${canary}`),
      { headers: room.as('admin'), target: `/v1/${canary}` },
      { headers: room.as('admin'), target: `/v1/agents/${canary.toUpperCase()}` },
      { headers: room.as('admin'), target: `/v1/messages?state=${canary}` },
    ];
    for (const request of requests) {
      const answer = await room.ask(request);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      const text = `${JSON.stringify([...answer.headers])}${answer.body}`;
      expect(hidden.filter((one) => text.includes(one))).toEqual([]);
    }
  });

  it('never comes from another place: no redirect for whatever slash or case', async () => {
    for (const target of [
      '/v1',
      '/v1/',
      '/v1/agents/',
      '//v1/agents',
      '/V1/agents',
      '/v1//agents',
      '/v1/agents?url=//evil.test',
    ]) {
      const { status, headers } = await room.ask({ target, headers: room.as('admin') });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(headers.has('location')).toBe(false);
    }
  });
});

describe('the rule on answers', () => {
  it('sees every answer of the process: none carries a header that lets others in', async () => {
    const heads: string[] = [];
    const note = (message: unknown) => {
      heads.push(String((message as { response: { _header: string } }).response._header));
    };
    subscribe('http.server.response.finish', note);
    for (const [, bytes] of KINDS) await exchangeRaw(room.port, bytes());
    unsubscribe('http.server.response.finish', note);
    expect(heads.length).toBeGreaterThan(10);
    for (const head of heads) expect(head).not.toMatch(/^access-control/im);
    for (const head of heads) expect(head).toMatch(/^x-content-type-options: nosniff/im);
  });
});
