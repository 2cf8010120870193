import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { OrchestratorError } from '../base/errors.ts';
import { PeerFinder } from '../host/peer-finder.ts';
import type { Config } from '../model/config.ts';
import { isLoopback } from '../model/network-binding.ts';
import type { TokenVerdict } from '../model/token.ts';
import { type Answer, answerProblem } from './answer.ts';
import { Door, type DoorLimits } from './door.ts';
import type { OperationDesk } from './operation-desk.ts';
import { makeProblem } from './problem.ts';
import type { RequestLimits } from './request-limits.ts';
import { admitToken } from './token-check.ts';
import type { Visitor } from './visitor.ts';

export interface NetworkDoorOptions {
  /** Checked: `checkBinding`. */
  api: Config['api'] & { port: number };
  desk: OperationDesk;
  limits: RequestLimits;
  uid: number;
  judge(token: string): TokenVerdict;
  onUnexpected(error: unknown, operation: string): void;
  /** PEM. */
  tls?: { cert: string; key: string } | undefined;
  doorLimits?: Partial<DoorLimits>;
}

/** Fewer than at the front door: whoever keeps them all open keeps nobody out there. */
const CONNECTIONS_MAX = 64;

/** The operations over TCP, for who has a token. Throws `CONFIG` where it cannot listen. */
export async function openNetworkDoor(options: NetworkDoorOptions): Promise<Door> {
  const { api, desk, onUnexpected, tls, doorLimits } = options;
  const hosts = new Set(api.hosts.map((host) => host.toLowerCase()));
  const peers = new Peers();
  const identify = (incoming: IncomingMessage) => admit(incoming, options, peers);
  const limits = { connections: CONNECTIONS_MAX, ...doorLimits };
  const rules = { hosts, origins: new Set(api.origins) };
  const door = new Door({ rules, desk, identify, onUnexpected, limits, tls });
  try {
    await door.listen({ host: api.host, port: api.port });
  } catch (error) {
    throw notOpened(options.api, error as Error);
  }
  if (isLoopback(api.host)) {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) hosts.add(`${name}:${door.port}`);
  }
  return door;
}

type Peer = { uid: number | null } | Answer;

/** Who has a connection does not change while it lasts: looked up once. */
class Peers {
  readonly #finder = new PeerFinder();
  readonly #known = new WeakMap<Socket, Promise<Peer>>();

  of({ socket }: IncomingMessage, options: NetworkDoorOptions): Promise<Peer> {
    const peer = this.#known.get(socket) ?? readPeer(socket, options, this.#finder);
    this.#known.set(socket, peer);
    return peer;
  }
}

/** The user of the connection, then the token. */
async function admit(
  incoming: IncomingMessage,
  options: NetworkDoorOptions,
  peers: Peers,
): Promise<Visitor | Answer> {
  const peer = await peers.of(incoming, options);
  if ('status' in peer) return peer;
  const { limits, judge } = options;
  return admitToken(incoming, { limits, judge, door: 'network', uid: peer.uid });
}

async function readPeer(socket: Socket, { api, uid }: NetworkDoorOptions, finder: PeerFinder): Promise<Peer> {
  if (!isLoopback(api.host)) return { uid: null };
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const found = await finder.find({ localAddress, localPort, remoteAddress, remotePort });
  if (found === null || found === uid || found === 0) return { uid: found };
  const detail = 'this door is for the user that the service runs as';
  return answerProblem(makeProblem(403, { code: 'FORBIDDEN', detail }));
}

function notOpened({ host, port }: Config['api'], cause: Error): OrchestratorError {
  return new OrchestratorError('CONFIG', `api.port: cannot listen at ${host}:${port}: ${cause.message}`, {
    field: 'api.port',
    hint: 'choose another port, or leave it out: the control socket needs none',
    cause,
  });
}
