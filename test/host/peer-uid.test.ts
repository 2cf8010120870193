import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { findPeerUid } from '../../src/host/peer-uid.ts';

async function withConnection(host: string, look: (ours: Socket) => void): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as { port: number };
  const [ours, theirs] = await Promise.all([
    new Promise<Socket>((resolve) => server.once('connection', resolve)),
    new Promise<Socket>((resolve) => {
      const socket = connect(port, host, () => resolve(socket));
    }),
  ]);
  try {
    look(ours);
  } finally {
    for (const end of [ours, theirs, server]) 'destroy' in end ? end.destroy() : end.close();
  }
}

const read = ({ localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 }: Socket) => ({
  ...{ localAddress, localPort, remoteAddress, remotePort },
});

it.runIf(process.platform === 'linux').each(['127.0.0.1', '::1', '127.1.2.3'])(
  'the user at the other end of a connection over %s is known',
  (host) => withConnection(host, (ours) => expect(findPeerUid(read(ours))).toBe(process.getuid?.())),
);

it.runIf(process.platform === 'linux')(
  'nobody is taken for the other end of a connection that is not there',
  () =>
    withConnection('127.0.0.1', (ours) =>
      expect(findPeerUid({ ...read(ours), remotePort: 1 })).toBeUndefined(),
    ),
);
