import { setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ListenOptions } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { hasErrorCode } from '../base/errors.ts';
import { type Answer, answerProblem, toBytes, toResponse } from './answer.ts';
import { findContentRefusal, findRefusal, type GateRules } from './gate.ts';
import { buildApp } from './operation-app.ts';
import type { OperationDesk } from './operation-desk.ts';
import { makeProblem, problemOf } from './problem.ts';
import type { Visitor } from './visitor.ts';

export interface DoorLimits {
  /** Longest time for the head of a request, and for all of it, milliseconds; looked at every `checkMs`. */
  headMs: number;
  requestMs: number;
  checkMs: number;
  /** Connections beyond this get a 503, and beyond a quarter more none at all. */
  connections: number;
  /** What is under way when the door closes is cut off after this, milliseconds. */
  closeMs: number;
}

const DOOR_LIMITS: DoorLimits = {
  ...{ headMs: 5_000, requestMs: 10_000, checkMs: 500 },
  ...{ connections: 256, closeMs: 1_000 },
};

export interface DoorOptions {
  rules: GateRules;
  desk: OperationDesk;
  /** Who comes, or why they must stay outside. After the form of the request was found right, before anything of it is read. */
  identify(incoming: IncomingMessage): Promise<Visitor | Answer>;
  onUnexpected(error: unknown, operation: string): void;
  limits?: Partial<DoorLimits> | undefined;
  /** PEM; where given, TLS is spoken. */
  tls?: { cert: string; key: string } | undefined;
}

/** HTTP behind the gate, for whatever the door listens on. */
export class Door {
  readonly #server: Server;
  readonly #closing = new AbortController();
  /** Open connections with their requests under way. */
  readonly #connections = new Map<Duplex, Set<ServerResponse>>();
  readonly #options: DoorOptions;
  readonly #connectionsMax: number;
  readonly #closeMs: number;
  readonly #answer: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown;
  readonly #visitors = new WeakMap<IncomingMessage, Visitor>();

  constructor(options: DoorOptions) {
    const { desk, onUnexpected, tls } = options;
    const limits = { ...DOOR_LIMITS, ...options.limits };
    this.#options = options;
    this.#connectionsMax = limits.connections;
    this.#closeMs = limits.closeMs;
    // One listener for each call under way.
    setMaxListeners(0, this.#closing.signal);
    const visitorOf = (incoming: IncomingMessage) => this.#visitors.get(incoming);
    const app = buildApp({ desk, visitorOf, closing: this.#closing.signal, onUnexpected });
    this.#answer = getRequestListener(app.fetch, {
      hostname: 'localhost',
      errorHandler: (error) => {
        onUnexpected(error, 'request');
        return toResponse(answerProblem(problemOf(error)));
      },
    });
    const receive = (incoming: IncomingMessage, outgoing: ServerResponse) => {
      this.#receive(incoming, outgoing).catch((error: unknown) => {
        onUnexpected(error, 'request');
        incoming.destroy();
      });
    };
    const listenerOptions = serverOptions(limits);
    const server =
      tls === undefined ? createServer(listenerOptions) : createTlsServer({ ...listenerOptions, ...tls });
    this.#server = server.on('request', receive).on('checkExpectation', receive);
    this.#server.maxConnections = Math.ceil(limits.connections * 1.25);
    this.#server.on('connection', (connection) => {
      this.#connections.set(connection, new Set());
      connection.once('close', () => this.#connections.delete(connection));
    });
    this.#server.on('clientError', (error, connection) => this.#endBroken(error, connection));
  }

  /** Throws what node says where it cannot. */
  async listen(where: ListenOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(where, resolve);
    });
    this.#server.removeAllListeners('error');
    this.#server.on('error', (error) => this.#options.onUnexpected(error, 'socket'));
  }

  /** Where a network door listens; 0 for a socket with a path. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Takes no more callers, ends their waits, lets what is under way come to its end for a second. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#closing.abort();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.#closeMs);
    await closed;
    clearTimeout(timer);
  }

  /** The gate, in its order: form, who, content. What the operation asks for is looked at by the desk. */
  async #receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.#note(incoming, outgoing);
    const refusal = this.#refuse(incoming) ?? (await this.#admit(incoming)) ?? refuseContent(incoming);
    if (refusal === undefined) {
      this.#answer(incoming, outgoing);
      return;
    }
    this.#countRefusal(refusal.status);
    writeRefusal(outgoing, refusal);
  }

  #countRefusal(status: number): void {
    this.#options.desk.house.metrics.countRequest('gate', status);
  }

  #note({ socket }: IncomingMessage, outgoing: ServerResponse): void {
    this.#connections.get(socket)?.add(outgoing);
    outgoing.once('close', () => this.#connections.get(socket)?.delete(outgoing));
  }

  #refuse(incoming: IncomingMessage): Answer | undefined {
    if (this.#connections.size > this.#connectionsMax) {
      const detail = `more than ${this.#connectionsMax} connections are open`;
      const problem = makeProblem(503, { code: 'LIMIT', detail, hint: 'try again when others have ended' });
      return answerProblem(problem, { 'Retry-After': '1' });
    }
    const problem = findRefusal(headOf(incoming), this.#options.rules);
    return problem && answerProblem(problem);
  }

  async #admit(incoming: IncomingMessage): Promise<Answer | undefined> {
    // Says nothing but that somebody is there.
    if (incoming.url === '/healthz') return undefined;
    const found = await this.#options.identify(incoming);
    if ('status' in found) return found;
    this.#visitors.set(incoming, found);
    return undefined;
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
    this.#countRefusal(status);
    const problem = makeProblem(status, { code: 'INVALID', detail });
    connection.end(toBytes(answerProblem(problem), problem.title));
  }
}

function headOf({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage) {
  return { method, target: url, httpVersion, rawHeaders };
}

function refuseContent(incoming: IncomingMessage): Answer | undefined {
  const problem = findContentRefusal(headOf(incoming));
  return problem && answerProblem(problem);
}

function serverOptions({ headMs, requestMs, checkMs }: DoorLimits): ServerOptions {
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
