import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeRaw } from '../helpers/control-door.ts';
import { NetworkRoom } from '../helpers/network-room.ts';

let room: NetworkRoom;
beforeAll(async () => {
  room = await NetworkRoom.open();
});
afterAll(() => room.close());

/** With the token of an administrator: nothing but the Host stands in the way. */
const askWith = (...hosts: string[]) => {
  const authorization = `Authorization: Bearer ${room.tokens.admin}`;
  return room.ask({ headers: [...hosts.map((host) => `Host: ${host}`), authorization] });
};

const OURS = ['127.0.0.1:PORT', 'localhost:PORT', '[::1]:PORT'];
const FOREIGN = [
  ...['', '127.0.0.1', 'localhost', '[::1]', '::1', '::1:PORT', 'PORT', ':PORT', '127.0.0.1:', 'localhost:'],
  ...[
    '127.0.0.1:80',
    'localhost:1',
    '127.0.0.1:PORT1',
    '127.0.0.1:0PORT',
    '127.0.0.1:+PORT',
    '127.0.0.1:PORT.',
  ],
  ...[
    '127.0.0.1:PORT.evil.test',
    'evil.test:PORT',
    'evil.test',
    '127.0.0.1.evil.test:PORT',
    'rebind.test:PORT',
  ],
  ...[
    'localhost:PORT@evil.test',
    'evil.test@localhost:PORT',
    'user:pw@127.0.0.1:PORT',
    'localhost:PORT#',
    'localhost:PORT/',
  ],
  ...[
    'localhost:PORT?x',
    'localhost:PORT,evil.test',
    'localhost:PORT evil.test',
    'localhost.:PORT',
    'foo.localhost:PORT',
  ],
  ...[
    'localhost.localdomain:PORT',
    'localhost6:PORT',
    'ip6-localhost:PORT',
    '127.1:PORT',
    '127.0.1:PORT',
    '0:PORT',
  ],
  ...[
    '0.0.0.0:PORT',
    '[::]:PORT',
    '2130706433:PORT',
    '0x7f000001:PORT',
    '0177.0.0.1:PORT',
    '127.000.000.001:PORT',
  ],
  ...[
    '[::ffff:127.0.0.1]:PORT',
    '[::ffff:7f00:1]:PORT',
    '[0:0:0:0:0:0:0:1]:PORT',
    '[::1%25lo]:PORT',
    '[::1]PORT',
  ],
  ...['http://127.0.0.1:PORT', '//127.0.0.1:PORT', '127.0.0.1:PORT\\', '"127.0.0.1:PORT"', '127.0.0.2:PORT'],
  ...[
    'loc\u00e1lhost:PORT',
    'xn--localhost:PORT',
    'localhost%00:PORT',
    'localhost:PORT\u00a0',
    'localho\u017ft:PORT',
  ],
];

describe('the header Host', () => {
  it('is ours in three forms, in whatever case', async () => {
    for (const host of [...OURS, 'LOCALHOST:PORT', 'LocalHost:PORT']) {
      const { status } = await askWith(host.replace('PORT', String(room.port)));
      expect({ host, status }).toEqual({ host, status: 200 });
    }
  });

  it('is refused in every other form', async () => {
    expect(FOREIGN.length).toBeGreaterThanOrEqual(40);
    for (const host of FOREIGN) {
      const { status, body } = await askWith(host.replace('PORT', String(room.port)));
      expect({ host, status }).toEqual({ host, status: 403 });
      expect(body).not.toContain('claude-3');
    }
  });

  it('is refused on every path and method, of what exists and of what does not', async () => {
    const headers = ['Host: rebind.test', `Authorization: Bearer ${room.tokens.admin}`];
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
      for (const target of [
        '/v1/agents',
        '/v1/nothing',
        '/',
        '/healthz',
        '/token',
        '/openapi.json',
        '/mcp',
      ]) {
        const { status } = await room.ask({ method, target, headers });
        expect({ method, target, status }).toEqual({ method, target, status: 403 });
      }
    }
  });

  it('is there once, whatever the second one says', async () => {
    const host = `127.0.0.1:${room.port}`;
    for (const hosts of [
      [host, host],
      [host, 'evil.test'],
      ['evil.test', host],
      [host, ''],
    ]) {
      expect((await askWith(...hosts)).status).toBe(400);
    }
    expect((await askWith()).status).toBe(403);
  });
});

describe('a request line', () => {
  const send = async (line: string) => {
    const head = room.as('admin').join('\r\n');
    const [answer] = await exchangeRaw(room.port, `${line}\r\n${head}\r\n\r\n`);
    return answer;
  };

  it.each([
    ['in absolute form', 'GET http://127.0.0.1/v1/agents HTTP/1.1'],
    ['in absolute form of another host', 'GET http://evil.test/v1/agents HTTP/1.1'],
    ['with two slashes and a host', 'GET //evil.test\\v1/agents HTTP/1.1'],
    ['without a slash', 'GET v1/agents HTTP/1.1'],
    ['with a star', 'OPTIONS * HTTP/1.1'],
    ['of HTTP/1.0', 'GET /v1/agents HTTP/1.0'],
    ['of HTTP/0.9', 'GET /v1/agents'],
    ['of HTTP/2', 'PRI * HTTP/2.0'],
    ['of HTTP/1.2', 'GET /v1/agents HTTP/1.2'],
    ['of another protocol', 'GET /v1/agents RTSP/1.0'],
    ['with a control character', 'GET /v1/agents\u0001 HTTP/1.1'],
    ['with a tab', 'GET\t/v1/agents\tHTTP/1.1'],
    ['with a fragment', 'GET /v1/agents#x HTTP/1.1'],
    ['with dots in its path', 'GET /v1/agents/../agents HTTP/1.1'],
    ['with a dot at the end of its path', 'GET /v1/agents/. HTTP/1.1'],
    ['with coded dots in its path', 'GET /v1/x/%2e%2E/agents HTTP/1.1'],
    ['that begins with a blank', ' GET /v1/agents HTTP/1.1'],
    ['in lower case', 'get /v1/agents HTTP/1.1'],
    ['of an unknown method', 'FROB /v1/agents HTTP/1.1'],
  ])('%s is refused', async (_, line) => {
    expect((await send(line))?.status).toBe(400);
  });

  it.each(['OPTIONS', 'TRACE', 'HEAD', 'PUT', 'PATCH', 'PROPFIND', 'MKCOL', 'PURGE', 'SEARCH'])(
    'of %s does nothing and grants nothing',
    async (method) => {
      const answer = await send(`${method} /v1/agents/claude-3/pause HTTP/1.1`);
      expect(answer?.status).toBe(405);
      expect(answer?.body).not.toContain(room.tokens.admin);
    },
  );

  it('of CONNECT is hung up on', async () => {
    expect(await send(`CONNECT 127.0.0.1:${room.port} HTTP/1.1`)).toBeUndefined();
  });

  it('reads only: no GET, HEAD or OPTIONS changes anything, whatever is overridden', async () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const target of [
        '/v1/agents/claude-3/pause',
        '/v1/agents/claude-3/release',
        '/v1/broadcast?_method=POST',
      ]) {
        const headers = room.as(
          'admin',
          'X-HTTP-Method-Override: POST',
          'X-HTTP-Method: POST',
          'X-Method-Override: DELETE',
        );
        await room.ask({ method, target, headers });
      }
    }
    expect(room.effects).toBe(0);
  });
});
