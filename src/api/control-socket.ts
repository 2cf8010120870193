import { setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import type { Sender } from '../model/message.ts';
import type { House } from '../operations/house.ts';
import { clearSocketPath, closeToOthers } from '../store/socket-file.ts';
import { type Answer, answerProblem, toBytes, toResponse } from './answer.ts';
import { findRefusal } from './gate.ts';
import { buildApp } from './operation-app.ts';
import { makeProblem, problemOf } from './problem.ts';

export interface ControlSocketOptions {
  /** `controlSocketPath` of the runtime directory. */
  path: string;
  house: House;
  /** The managed agent below whose pane's first process this one lives, if any. */
  findAgentOfProcess(pid: number): string | undefined;
  /** Told of what nobody expected: `operation` is a name of the table, never text of a caller. */
  onUnexpected(error: unknown, operation: string): void;
  limits?: SocketLimits;
}

export interface SocketLimits {
  /** Longest time for the head of a request, and for all of it, milliseconds; looked at every `checkMs`. */
  headMs: number;
  requestMs: number;
  checkMs: number;
  /** Connections beyond this get a 503, and beyond a quarter more none at all. */
  connections: number;
}

const LIMITS: SocketLimits = { headMs: 5_000, requestMs: 10_000, checkMs: 500, connections: 256 };
const CLOSE_TIMEOUT_MS = 1_000;

/** The front door: the operations over HTTP on a socket that only our user can reach. The instance lock must be held. */
export class ControlSocket {
  readonly #server: Server;
  readonly #closing = new AbortController();
  /** Open connections with their requests under way. */
  readonly #connections = new Map<Duplex, Set<ServerResponse>>();

  readonly #connectionsMax: number;

  private constructor({ house, findAgentOfProcess, onUnexpected, limits = LIMITS }: ControlSocketOptions) {
    this.#connectionsMax = limits.connections;
    // One listener for each call under way.
    setMaxListeners(0, this.#closing.signal);
    const senderOf = (incoming: IncomingMessage) => identify(incoming, findAgentOfProcess);
    const app = buildApp({ house, senderOf, closing: this.#closing.signal, onUnexpected });
    const answer = getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      hostname: 'localhost',
      errorHandler: (error) => {
        onUnexpected(error, 'request');
        return toResponse(answerProblem(problemOf(error)));
      },
    });
    const receive = (incoming: IncomingMessage, outgoing: ServerResponse) => {
      this.#note(incoming, outgoing);
      const refusal = this.#refuse(incoming);
      if (refusal === undefined) void answer(incoming, outgoing);
      else writeRefusal(outgoing, refusal);
    };
    this.#server = createServer(serverOptions(limits), receive).on('checkExpectation', receive);
    this.#server.maxConnections = Math.ceil(limits.connections * 1.25);
    this.#server.on('connection', (connection) => {
      this.#connections.set(connection, new Set());
      connection.once('close', () => this.#connections.delete(connection));
    });
    this.#server.on('clientError', (error, connection) => this.#endBroken(error, connection));
  }

  /** Listens. Throws `DIRECTORY` where the socket cannot be made. */
  static async open(options: ControlSocketOptions): Promise<ControlSocket> {
    clearSocketPath(options.path);
    const socket = new ControlSocket(options);
    await new Promise<void>((resolve, reject) => {
      socket.#server.once('error', (error) => reject(notOpened(options.path, error)));
      socket.#server.listen(options.path, resolve);
    });
    socket.#server.removeAllListeners('error').on('error', (error) => options.onUnexpected(error, 'socket'));
    closeToOthers(options.path);
    return socket;
  }

  /** Takes no more callers, ends their waits, lets what is under way come to its end for a second, and removes the socket. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#closing.abort();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  #note({ socket }: IncomingMessage, outgoing: ServerResponse): void {
    this.#connections.get(socket)?.add(outgoing);
    outgoing.once('close', () => this.#connections.get(socket)?.delete(outgoing));
  }

  #refuse({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): Answer | undefined {
    if (this.#connections.size > this.#connectionsMax) {
      const detail = `more than ${this.#connectionsMax} connections are open`;
      const problem = makeProblem(503, { code: 'LIMIT', detail, hint: 'try again when others have ended' });
      return answerProblem(problem, { 'Retry-After': '1' });
    }
    const problem = findRefusal({ method, target: url, httpVersion, rawHeaders });
    return problem && answerProblem(problem);
  }

  /** Says what was wrong, unless an earlier request of the connection still waits for its answer and would take this one for it. */
  #endBroken(error: Error, connection: Duplex): void {
    const waiting = [...(this.#connections.get(connection) ?? [])];
    const isMeant = waiting.every(({ req, headersSent }) => !req.complete && !headersSent);
    if (!isMeant || !connection.writable || hasErrorCode(error, 'ECONNRESET')) {
      connection.destroy();
      return;
    }
    const [status, detail] = BROKEN.find(([, , code]) => hasErrorCode(error, code)) ?? NO_HTTP;
    const problem = makeProblem(status, { code: 'INVALID', detail });
    connection.end(toBytes(answerProblem(problem), problem.title));
  }
}

function serverOptions({ headMs, requestMs, checkMs }: SocketLimits): ServerOptions {
  return {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    // So short that no header is ever left out for being the two-thousandth.
    maxHeaderSize: 8 * 1024,
    // The gate answers, in our form.
    requireHostHeader: false,
  };
}

/** What is not read of the request must not be taken for the next one: the connection ends. */
function writeRefusal(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const content = body ?? '';
  outgoing.writeHead(status, {
    ...headers,
    'Content-Length': Buffer.byteLength(content),
    Connection: 'close',
  });
  outgoing.end(content);
}

const NO_HTTP: readonly [status: number, detail: string] = [400, 'this is no HTTP request'];
const BROKEN: readonly [status: number, detail: string, code: string][] = [
  [408, 'the request took too long to arrive', 'ERR_HTTP_REQUEST_TIMEOUT'],
  [431, 'the head of the request is too long', 'HPE_HEADER_OVERFLOW'],
  [413, 'the extensions of a chunk are too long', 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
];

const USER: Sender = { kind: 'user', name: 'user' };

/** The command line names its process: below an agent's pane it speaks for that agent, elsewhere for the user. */
function identify(
  { headers }: IncomingMessage,
  findAgentOfProcess: ControlSocketOptions['findAgentOfProcess'],
): Sender {
  const pid = headers['tmux-orchestrator-pid'];
  if (pid === undefined) return USER;
  if (typeof pid !== 'string' || !/^[1-9]\d{0,9}$/.test(pid)) {
    throw new OrchestratorError('INVALID', 'header Tmux-Orchestrator-Pid must be the id of a process');
  }
  const agent = findAgentOfProcess(Number(pid));
  return agent === undefined ? USER : { kind: 'agent', name: agent };
}

function notOpened(path: string, cause: Error): OrchestratorError {
  return new OrchestratorError('DIRECTORY', `control socket ${path} cannot be opened: ${cause.message}`, {
    cause,
    hint: 'check the directory it is to stand in',
  });
}
