import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRaw, type ControlDoor, exchangeRaw, openControlDoor, writeRaw } from '../helpers/control-door.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let door: ControlDoor;
beforeAll(async () => {
  door = await openControlDoor();
});
afterAll(() => door.close());

const HOST = 'Host: localhost';
const JSON_TYPE = 'Content-Type: application/json';

describe('a request is refused', () => {
  it.each([
    ['with another Host', 403, ['Host: example.com']],
    ['with a port in its Host', 403, ['Host: localhost:80']],
    ['with a Host that only begins like ours', 403, ['Host: localhost.example.com']],
    ['with an empty Host', 403, ['Host: ']],
    ['without a Host', 403, []],
    ['with two Hosts', 400, [HOST, 'Host: example.com']],
    ['with the same Host twice', 400, [HOST, HOST]],
    ['of a page', 403, [HOST, 'Origin: http://localhost']],
    ['of a page without an origin', 403, [HOST, 'Origin: null']],
    ['with a referer', 403, [HOST, 'Referer: http://localhost/']],
    ['of a browser that tells its mode', 403, [HOST, 'Sec-Fetch-Mode: no-cors']],
    [
      'of a page that looks like a program',
      403,
      [HOST, 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Site: cross-site'],
    ],
    ['of a browser', 403, [HOST, 'Sec-Fetch-Site: none']],
    ['of a browser, whatever it says of itself', 403, [HOST, 'SEC-FETCH-ANYTHING: x']],
    ['that wants another protocol', 400, [HOST, 'Connection: Upgrade', 'Upgrade: websocket']],
    ['that wants HTTP/2', 400, [HOST, 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']],
    ['that expects too much', 417, [HOST, 'Expect: 200-ok']],
    ['to read that brings content', 400, [HOST, JSON_TYPE, 'Content-Length: 2']],
    ['to read that brings chunks', 400, [HOST, 'Transfer-Encoding: chunked']],
    ['with two lengths', 400, [HOST, 'Content-Length: 0', 'Content-Length: 1']],
    ['with length and chunks', 400, [HOST, 'Content-Length: 3', 'Transfer-Encoding: chunked']],
    ['with a head of 20 KB', 431, [HOST, `X: ${'x'.repeat(20_000)}`]],
    ['with a folded header', 400, [HOST, 'X: a', ' b']],
    ['with a blank in the name of a header', 400, [HOST, 'X : a']],
  ])('%s (%i)', async (_, status, headers) => {
    const answer = await askRaw(door.path, { headers });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status, type: 'about:blank' });
  });

  it.each([
    ['of another type', 415, [HOST, 'Content-Type: text/plain', 'Content-Length: 2']],
    ['of a form', 415, [HOST, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 2']],
    ['of no type', 415, [HOST, 'Content-Length: 2']],
    ['of two types', 400, [HOST, JSON_TYPE, 'Content-Type: text/plain', 'Content-Length: 2']],
    [
      'in another charset',
      415,
      [HOST, 'Content-Type: application/json; charset=utf-16', 'Content-Length: 2'],
    ],
    ['that is packed', 415, [HOST, JSON_TYPE, 'Content-Encoding: gzip', 'Content-Length: 2']],
  ])('with content %s (%i)', async (_, status, headers) => {
    const answer = await askRaw(door.path, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status });
  });

  it('without any content where some is needed', async () => {
    const answer = await askRaw(door.path, { method: 'POST', headers: [HOST, JSON_TYPE] });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, detail: 'content is no valid JSON' });
  });

  it.each([
    ['an absolute target', 'GET http://localhost/v1/agents HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a target without a slash', 'GET v1/agents HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['HTTP/1.0', 'GET /v1/agents HTTP/1.0\r\nHost: localhost\r\n\r\n'],
    ['line ends of one character', 'GET /v1/agents HTTP/1.1\nHost: localhost\n\n'],
    ['no HTTP at all', '\u0016\u0003\u0001\u0000\u0000'],
    ['dots in its path', 'GET /v1/agents/../trust HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['coded dots in its path', 'GET /v1/agents/%2e%2E/trust HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a backslash in its path', 'GET /v1/agents\\..\\trust HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a star', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('with %s', async (_, bytes) => {
    const [answer] = await exchangeRaw(door.path, bytes);
    expect(answer?.status).toBe(400);
  });

  it('as a tunnel, without a word', async () => {
    expect(await exchangeRaw(door.path, 'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n')).toEqual(
      [],
    );
  });
});

describe('every answer', () => {
  it.each([
    ['good', writeRaw({}), 200],
    ['empty', writeRaw({ target: '/healthz' }), 204],
    ['about a path that is not there', writeRaw({ target: '/v1/nothing' }), 404],
    ['about a method that is not done', writeRaw({ method: 'PUT' }), 405],
    ['about input', writeRaw({ target: '/v1/agents/NO' }), 400],
    ['to a page', writeRaw({ headers: [HOST, 'Origin: x'] }), 403],
    ['to what is no HTTP', 'hello\r\n\r\n', 400],
  ])('%s forbids to keep it, guess at it or run it', async (_, bytes, status) => {
    const [answer] = await exchangeRaw(door.path, bytes);
    expect(answer?.status).toBe(status);
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
    });
    expect([...(answer?.headers.keys() ?? [])].filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  it('about a method says which are done', async () => {
    for (const [method, target, allow] of [
      ['PATCH', '/v1/agents/claude-3', 'GET, DELETE'],
      ['DELETE', '/v1/agents', 'GET, POST'],
      ['OPTIONS', '/v1/broadcast', 'POST'],
    ] as const) {
      const { status, headers } = await askRaw(door.path, { method, target });
      expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow });
    }
  });
});

describe('content', () => {
  const spawn = async (body: string | Buffer) => {
    const head = `POST /v1/agents HTTP/1.1\r\n${HOST}\r\n${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const [answer] = await exchangeRaw(door.path, Buffer.concat([Buffer.from(head), Buffer.from(body)]));
    return { status: answer?.status, ...JSON.parse(answer?.body ?? '{}') };
  };
  const nest = (depth: number) => `{"env":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;

  it.each([
    ['{', 'content is no valid JSON'],
    ['', 'content is no valid JSON'],
    ['{"name":"x",}', 'content is no valid JSON'],
    ['{"name":NaN}', 'content is no valid JSON'],
    ['[]', 'content must be a JSON object'],
    ['null', 'content must be a JSON object'],
    ['"x"', 'content must be a JSON object'],
    [nest(25), 'content is nested deeper than 20 levels'],
    ['['.repeat(30_000), 'content is no valid JSON'],
    [`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'content is nested deeper than 20 levels'],
    ['{"__proto__":{"name":"x"}}', '__proto__ is not allowed as a key'],
    ['{"env":{"constructor":{"prototype":{}}}}', 'env.constructor is not allowed as a key'],
  ])('%.40j is refused: %s', async (body, detail) => {
    expect(await spawn(body)).toMatchObject({ status: 400, code: 'INVALID', detail });
  });

  it('that is no UTF-8 is refused', async () => {
    expect(await spawn(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({
      detail: 'content is no valid UTF-8',
    });
  });

  it('never comes back in what is said about it', async () => {
    expect(JSON.stringify(await spawn('{"token":canary}'))).not.toContain('canary');
    expect(JSON.stringify(await spawn('{"name":"CANARY!","directory":"/"}'))).not.toContain('CANARY');
  });

  it('may not say again what the path says', async () => {
    const body = '{"name":"other"}';
    const answer = await askRaw(door.path, { method: 'POST', target: '/v1/agents/claude-3/pause', body });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, detail: 'name is given by the path' });
  });

  it('in a query is as strict', async () => {
    for (const query of ['limit=5&limit=6', '__proto__=x', 'limit=x', 'limit=0', 'colour=red', 'to=..']) {
      const { status } = await askRaw(door.path, { target: `/v1/messages?${query}` });
      expect({ query, status }).toEqual({ query, status: 400 });
    }
  });
});

describe('a connection', () => {
  it('takes requests one behind the other, and answers in their order', async () => {
    const targets = ['/healthz', '/v1/agents/claude-3', '/v1/nothing', '/v1/agents/NO', '/v1/agents'];
    const bytes = targets.map((target) => writeRaw({ target })).join('');
    const answers = await exchangeRaw(door.path, bytes, targets.length);
    expect(answers.map(({ status }) => status)).toEqual([204, 200, 404, 400, 200]);
  });

  it('ends without a false answer where rubbish follows a request under way', async () => {
    const wait = writeRaw({ target: '/v1/agents/claude-3/wait?states=busy' });
    expect(await exchangeRaw(door.path, `${wait}\u0000rubbish\r\n\r\n`)).toEqual([]);
  });

  it('does not take the content of a refused request for the next one', async () => {
    const inner = writeRaw({ target: '/healthz' });
    const bytes = writeRaw({ method: 'POST', headers: [HOST, 'Content-Length: 500'], body: inner });
    expect((await exchangeRaw(door.path, bytes, 2)).map(({ status }) => status)).toEqual([415]);
  });
});

describe('a connection of which there are too many, or that is too slow,', () => {
  let strict: ControlDoor;
  beforeAll(async () => {
    strict = await openControlDoor(undefined, { headMs: 300, requestMs: 600, checkMs: 50, connections: 8 });
  });
  afterAll(() => strict.close());

  it.each([
    ['the head does not come to its end', 'GET /v1/agents HTTP/1.1\r\nHost: loc', 300],
    ['nothing comes at all', '', 300],
    [
      'the content does not',
      writeRaw({ method: 'POST', headers: [HOST, JSON_TYPE, 'Content-Length: 9'], body: '{' }),
      600,
    ],
  ])('ends where %s', async (_, bytes, limitMs) => {
    const before = Date.now();
    const [answer] = await exchangeRaw(strict.path, bytes);
    expect(answer?.status).toBe(408);
    expect(Date.now() - before).toBeGreaterThan(limitMs - 50);
    expect(Date.now() - before).toBeLessThan(limitMs + PATIENCE_MS);
  });

  it('does not end a wait', async () => {
    const target = '/v1/agents/claude-3/wait?states=busy&timeoutMs=1500';
    expect((await askRaw(strict.path, { target })).status).toBe(200);
  });

  it('is told so, and others are not held up for long', async () => {
    const open: Socket[] = [];
    for (let i = 0; i < 9; i++) open.push(connect(strict.path).on('error', () => {}));
    await until(() => open.every(({ connecting }) => !connecting));
    const { status, body, headers } = await askRaw(strict.path, {});
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(JSON.parse(body)).toMatchObject({ code: 'LIMIT' });
    for (const connection of open) connection.destroy();
    await until(async () => (await askRaw(strict.path, {})).status === 200);
  });
});
