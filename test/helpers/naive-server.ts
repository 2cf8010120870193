import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What reached a server, for comparison with one that lets nothing through. */
interface Arrival {
  method: string;
  path: string;
  body: string;
  origin: string | undefined;
}

export interface NaiveServer {
  port: number;
  arrivals: Arrival[];
  close(): Promise<void>;
}

/** Serves `pages` by path; to everything else it answers what such servers do: 200, and `content`, to anybody. WebSockets are opened. */
export async function openNaiveServer({
  address = '127.0.0.1',
  pages = {},
  content = '',
}: {
  address?: string;
  pages?: Record<string, string>;
  content?: string;
}): Promise<NaiveServer> {
  const arrivals: Arrival[] = [];
  const note = ({ method = '', url = '', headers }: IncomingMessage, body: string) =>
    arrivals.push({ method, path: url, body, origin: headers.origin });
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      note(request, body);
      const page = pages[(request.url ?? '').split('?')[0] ?? ''];
      response.setHeader('Content-Type', page === undefined ? 'application/json' : 'text/html');
      response.end(page ?? content);
    });
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request, socket) => {
    note(request, 'upgrade');
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, arrivals, close };
}
