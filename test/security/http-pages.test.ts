import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkRoom } from '../helpers/network-room.ts';

let room: NetworkRoom;
let configured: NetworkRoom;
const PAGE = 'https://board.example';
beforeAll(async () => {
  room = await NetworkRoom.open();
  configured = await NetworkRoom.open({ origins: [PAGE] });
});
afterAll(async () => {
  await room.close();
  await configured.close();
});

const TARGET = '/v1/agents/claude-3/pause';
const post = (at: NetworkRoom, ...lines: string[]) =>
  at.ask({
    ...{ method: 'POST', target: TARGET, body: '{}' },
    headers: at.as('admin', 'Content-Type: application/json', 'Content-Length: 2', ...lines),
  });

const ORIGINS = [
  ...[
    'null',
    '',
    '*',
    'http://evil.test',
    'https://evil.test',
    'http://rebind.test:PORT',
    'http://localhost',
  ],
  ...['http://localhost:PORT', 'http://127.0.0.1:PORT', 'http://[::1]:PORT', 'http://localhost:3000'],
  ...['https://127.0.0.1:PORT', 'http://127.0.0.1:PORT.evil.test', 'http://user@127.0.0.1:PORT'],
  ...[
    'chrome-extension://abcdefghijklmnop',
    'moz-extension://1234',
    'vscode-webview://1',
    'file://',
    'app://local',
  ],
  ...['http://127.0.0.1:PORT, http://evil.test', 'about:blank', 'data:', PAGE],
];

describe('a web page', () => {
  it('is refused with a valid token, whatever its origin', async () => {
    expect(ORIGINS.length).toBeGreaterThanOrEqual(20);
    for (const origin of ORIGINS) {
      const { status } = await post(room, `Origin: ${origin.replace('PORT', String(room.port))}`);
      expect({ origin, status }).toEqual({ origin, status: 403 });
    }
    expect(room.effects).toBe(0);
  });

  it.each([
    'Referer: http://127.0.0.1/',
    'referer: ',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Site: none',
    'Sec-Fetch-Mode: no-cors',
    'Sec-Fetch-Dest: image',
    'Sec-Fetch-User: ?1',
    'SEC-FETCH-STORAGE-ACCESS: active',
    'ORIGIN: http://localhost',
  ])('is known by %s', async (line) => {
    expect((await post(room, line)).status).toBe(403);
    expect((await room.ask({ headers: room.as('admin', line) })).status).toBe(403);
    expect(room.effects).toBe(0);
  });

  it('gets no leave from a preflight', async () => {
    const { status, headers } = await room.ask({
      method: 'OPTIONS',
      headers: [
        ...[room.host, `Origin: ${PAGE}`, 'Access-Control-Request-Method: POST'],
        'Access-Control-Request-Headers: authorization',
        'Access-Control-Request-Private-Network: true',
      ],
    });
    expect(status).toBe(403);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('cannot open a WebSocket', async () => {
    const wish = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    for (const more of [[], ['Origin: http://evil.test'], [`Sec-WebSocket-Protocol: ${room.tokens.admin}`]]) {
      const { status } = await room.ask({
        target: '/v1/events',
        headers: room.as('admin', ...wish, key, ...more),
      });
      expect([400, 403]).toContain(status);
    }
    const h2c = ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
    expect((await room.ask({ headers: room.as('admin', ...h2c) })).status).toBe(400);
  });
});

describe('a web page that is configured', () => {
  it('is let in by its exact origin, with a token', async () => {
    expect((await post(configured, `Origin: ${PAGE}`, 'Sec-Fetch-Site: cross-site')).status).toBe(200);
    const withoutToken = [configured.host, `Origin: ${PAGE}`];
    expect((await configured.ask({ headers: withoutToken })).status).toBe(401);
  });

  it('is not mistaken for another one', async () => {
    const others = [
      `${PAGE}.evil.test`,
      `${PAGE}:443`,
      'http://board.example',
      'https://BOARD.example',
      `${PAGE}/`,
    ];
    for (const origin of [...others, 'null', '', `${PAGE}, ${PAGE}`]) {
      expect((await post(configured, `Origin: ${origin}`)).status).toBe(403);
    }
    expect((await post(configured, `Origin: ${PAGE}`, `Origin: ${PAGE}`)).status).toBe(403);
    expect((await post(configured, `Referer: ${PAGE}/`)).status).toBe(403);
  });
});
