import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { composeDesktopCommand } from '../../src/host/desktop-message.ts';
import { postWebhook, RetryLaterError } from '../../src/host/webhook.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const post = (url: string, more: { secret?: string; signal?: AbortSignal; timeLimitMs?: number } = {}) =>
  postWebhook({
    ...{ timeLimitMs: 10_000, ...more },
    ...{ url, body: '{"v":1}', now: 1_700_000_000_999, secret: more.secret },
    signal: more.signal ?? new AbortController().signal,
  });

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

describe('a webhook', () => {
  it('gets the body, signed together with the time', async () => {
    const seen: { body: string; headers: IncomingMessage['headers'] }[] = [];
    const url = await serve(async (request, response) => {
      seen.push({ body: await readBody(request), headers: request.headers });
      response.end('ok');
    });
    await post(url, { secret: 'k' });
    const digest = createHmac('sha256', 'k').update('1700000000.{"v":1}').digest('hex');
    expect(seen).toMatchObject([
      {
        body: '{"v":1}',
        headers: {
          'content-type': 'application/json',
          'x-tmux-orchestrator-time': '1700000000',
          'x-tmux-orchestrator-signature': `sha256=${digest}`,
        },
      },
    ]);
  });

  it.each([
    [500, 'FAILED'],
    [429, 'FAILED'],
    [404, 'REFUSED'],
  ])('that answers %i fails with %s', async (status, code) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    await expect(post(url)).rejects.toMatchObject({ code, message: `answered with status ${status}` });
  });

  it.each([
    [429, '30', 30_000],
    [503, 'Tue, 14 Nov 2023 22:13:40 GMT', 19_001],
    [503, 'Tue, 14 Nov 2023 22:00:00 GMT', 0],
    [429, 'soon', undefined],
    [429, '-1', undefined],
    [429, '9'.repeat(400), undefined],
    [404, '30', undefined],
  ])('that answers %i and asks for rest until %s is left alone for %s ms', async (status, asked, afterMs) => {
    const url = await serve((_, response) => response.writeHead(status, { 'retry-after': asked }).end());
    const error = await post(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: `answered with status ${status}` });
    expect(error instanceof RetryLaterError ? error.afterMs : undefined).toBe(afterMs);
  });

  it.each(['file:///etc/passwd', '/other'])('is not followed to %s', async (location) => {
    const paths: string[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(307, { location }).end();
    });
    await expect(post(url)).rejects.toMatchObject({
      code: 'REFUSED',
      hint: expect.stringContaining('redirect'),
    });
    expect(paths).toEqual(['/']);
  });

  it('that answers without end is let go of', async () => {
    let closed = false;
    let written = 0;
    const url = await serve((_, response) => {
      response.on('close', () => {
        closed = true;
      });
      const write = () => {
        if (closed) return;
        written += 65_536;
        response.write(Buffer.alloc(65_536));
        setImmediate(write);
      };
      write();
    });
    await post(url);
    await expect.poll(() => closed).toBe(true);
    expect(written).toBeLessThan(50_000_000);
  });

  it('that hangs is given up when it is called off', async () => {
    const ending = new AbortController();
    const url = await serve(() => ending.abort());
    await expect(post(url, { signal: ending.signal })).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('that answers drop by drop is given up when its time is over', async () => {
    let dripping: NodeJS.Timeout | undefined;
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\nX-Drip: ');
      dripping = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(dripping));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(post(url, { timeLimitMs: 300 })).rejects.toMatchObject({
      code: 'TIMED_OUT',
      message: 'no answer within 0.3 s',
    });
    server.close();
  });

  it('that speaks no HTTP fails and says so', async () => {
    const server = createTcpServer((socket) => void socket.end('220 smtp ready\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(post(url)).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringContaining('cannot be reached'),
    });
    server.close();
  });

  it('that is not there fails and says so', async () => {
    await expect(post('http://127.0.0.1:1/')).rejects.toThrow(/cannot be reached/);
  });
});

describe('the command for the desktop', () => {
  it('holds the text as one clean word that is neither option, markup nor script', () => {
    const text = '--help <b>x</b> & "\u001b[2J$(id)';
    expect(composeDesktopCommand(text, 'linux')).toEqual([
      ...['notify-send', '--app-name=tmux-orchestrator', '--', 'tmux-orchestrator'],
      '--help &lt;b&gt;x&lt;/b&gt; &amp; "[2J$(id)',
    ]);
    const mac = composeDesktopCommand(text, 'darwin');
    expect(mac.at(-1)).toBe('--help <b>x</b> & "[2J$(id)');
    expect(mac.slice(0, -1).join(' ')).not.toContain('$(id)');
  });
});
