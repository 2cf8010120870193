import type { IncomingMessage } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { OrchestratorError } from '../base/errors.ts';
import type { Operation } from '../operations/operation.ts';
import { OPERATIONS } from '../operations/table.ts';
import { type Answer, answerNothing, answerProblem, answerWith, toResponse } from './answer.ts';
import {
  type App,
  type AppContext,
  type AppParts,
  describeRate,
  headersOf,
  requireVisitor,
} from './app-parts.ts';
import { readContent } from './content.ts';
import { readJson } from './json-text.ts';
import { createMcpRoute } from './mcp-route.ts';
import type { Errand } from './operation-desk.ts';
import { type InputReading, readInput, readQuery } from './operation-input.ts';
import { mountPages, PAGE_PATHS } from './pages.ts';
import { invalidInput, makeProblem, problemOf } from './problem.ts';

/** Every operation of the table under `/v1`, and the pages beside them. */
export function buildApp(parts: AppParts): App {
  const app: App = new Hono();
  app.get('/healthz', () => toResponse(answerNothing()));
  mountPages(app, parts);
  for (const operation of OPERATIONS) addRoute(app, operation, parts);
  addMcp(app, parts);
  for (const path of new Set(['/healthz', ...PAGE_PATHS, ...OPERATIONS.map(routePath)]))
    refuseOtherMethods(app, path);
  app.notFound(() =>
    toResponse(
      answerProblem(
        makeProblem(404, {
          code: 'NOT_FOUND',
          detail: 'there is nothing at this path',
          hint: 'see: /openapi.json',
        }),
      ),
    ),
  );
  app.onError((error) => {
    if (!(error instanceof OrchestratorError)) parts.onUnexpected(error, 'route');
    return toResponse(answerProblem(problemOf(error)));
  });
  return app;
}

const BODY_BYTES_MAX = 64 * 1024;
/** Texts of messages may be long: what cannot be typed goes into a file. */
const MESSAGE_BODY_BYTES_MAX = 1024 * 1024 + BODY_BYTES_MAX;
const LONG_BODIES: readonly string[] = ['message.send', 'message.broadcast'];

function addRoute(app: App, operation: Operation, parts: AppParts): void {
  app.on(operation.method, routePath(operation), async (context) => {
    const { answer, headers } = await answerCall(context, operation, parts);
    parts.desk.house.metrics.countRequest(operation.name, answer.status);
    return send(context, answer, headers);
  });
}

interface Reply {
  answer: Answer;
  headers: Record<string, string>;
}

async function answerCall(context: AppContext, operation: Operation, parts: AppParts): Promise<Reply> {
  const errand = parts.desk.open(operation, requireVisitor(context, parts));
  const headers: Record<string, string> = { 'Request-Id': errand.id };
  try {
    Object.assign(headers, describeRate(await parts.desk.admit(errand)));
    const reading = await collectInput(context, operation);
    if ('answer' in reading) return { answer: reading.answer, headers };
    return { answer: answerWith(await perform(context, errand, reading.input, parts)), headers };
  } catch (error) {
    if (!(error instanceof OrchestratorError)) parts.onUnexpected(error, operation.name);
    return {
      answer: answerProblem(problemOf(error)),
      headers: { ...headers, ...headersOf(error, operation) },
    };
  }
}

/** Past the `Response` of node, which takes a quarter of a millisecond for the list of a hundred agents. */
function send({ env: { outgoing } }: AppContext, answer: Answer, more: Record<string, string>): Response {
  const { status, headers, body } = answer;
  const length = { 'Content-Length': Buffer.byteLength(body ?? '') };
  outgoing.writeHead(status, { ...headers, ...more, ...length });
  outgoing.end(body ?? undefined);
  return RESPONSE_ALREADY_SENT;
}

/** The Model Context Protocol behind the same gate. */
function addMcp(app: App, { desk, visitorOf }: AppParts): void {
  const answer = createMcpRoute(desk);
  app.all('/mcp', async ({ req, env: { incoming } }) => {
    const visitor = visitorOf(incoming);
    if (visitor === undefined) throw new Error('the gate let somebody in whom it does not know');
    const head = { method: req.method, headers: req.raw.headers };
    if (req.method !== 'POST') return answer(new Request(MCP_URL, head), undefined, visitor);
    const content = await readContent(incoming, MESSAGE_BODY_BYTES_MAX);
    if (content === undefined) return toResponse(tooLong(MESSAGE_BODY_BYTES_MAX));
    const body = readJson(content);
    if ('errors' in body) return toResponse(answerProblem(invalidInput(body.errors)));
    return answer(new Request(MCP_URL, { ...head, body: content }), body.value, visitor);
  });
}

const MCP_URL = 'http://localhost/mcp';

/** `{name}` as the router writes it. */
function routePath({ path }: Pick<Operation, 'path'>): string {
  return `/v1${path.replace(/\{(\w+)\}/g, ':$1')}`;
}

type Collected = { input: Record<string, unknown> } | { answer: Answer };

async function collectInput(context: AppContext, operation: Operation): Promise<Collected> {
  const { incoming } = context.env;
  const params: Record<string, string> = context.req.param();
  if (operation.method !== 'POST') {
    return orProblem(readInput(operation, { params, rest: readQuery(incoming.url ?? '') }));
  }
  const bytesMax = LONG_BODIES.includes(operation.name) ? MESSAGE_BODY_BYTES_MAX : BODY_BYTES_MAX;
  const content = await readContent(incoming, bytesMax);
  if (content === undefined) return { answer: tooLong(bytesMax) };
  const body = readJson(content);
  return orProblem('errors' in body ? body : readInput(operation, { params, rest: body.value }));
}

function orProblem(reading: InputReading): Collected {
  return 'errors' in reading ? { answer: answerProblem(invalidInput(reading.errors)) } : reading;
}

/** The rest of it is not read: the connection ends behind the answer. */
function tooLong(bytesMax: number): Answer {
  const detail = `content is longer than ${bytesMax} bytes`;
  return answerProblem(makeProblem(413, { code: 'INVALID', detail }), { Connection: 'close' });
}

async function perform(
  { req, env }: AppContext,
  errand: Errand,
  input: Record<string, unknown>,
  { desk, closing }: AppParts,
): Promise<object> {
  const call = new Call(errand.operation, req.raw.signal, closing);
  try {
    const key = readKey(env.incoming);
    return await call.orEnd(desk.perform(errand, { input, key, signal: call.signal }));
  } finally {
    call.close();
  }
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Throws `INVALID`. */
function readKey({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key;
  throw new OrchestratorError('INVALID', 'header Idempotency-Key must be 1 to 200 visible characters');
}

/**
 * One operation under way. Reading ends when its caller has gone or the worker stops; a change goes on to its end, whoever listens.
 * One signal for each call, not `AbortSignal.any`: node 20 keeps those that hang on a long-lived signal for ever.
 */
class Call {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #isWait: boolean;
  readonly #end = () => this.#controller.abort();

  constructor({ effect }: Operation, gone: AbortSignal, closing: AbortSignal) {
    this.#isWait = effect === 'read';
    this.#sources = [gone, closing];
    for (const source of this.#sources) {
      source.addEventListener('abort', this.#end);
      if (source.aborted) this.#end();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The outcome, or at the end of the call an error: nobody has to trust that a wait ends by itself. */
  orEnd<T>(outcome: Promise<T>): Promise<T> {
    if (!this.#isWait) return outcome;
    const ended = new Promise<never>((_, reject) => {
      const stop = () => reject(stopping());
      if (this.signal.aborted) stop();
      this.signal.addEventListener('abort', stop);
    });
    return Promise.race([outcome, ended]);
  }

  close(): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#end);
  }
}

function stopping(): OrchestratorError {
  return new OrchestratorError('WORKER_DOWN', 'the worker is stopping', {
    hint: 'ask again when it runs: tmux-orchestrator status',
  });
}

function refuseOtherMethods(app: App, path: string): void {
  const allowed = OPERATIONS.filter((one) => routePath(one) === path).map(({ method }) => method);
  const Allow = (allowed.length === 0 ? ['GET'] : allowed).join(', ');
  app.all(path, ({ req }) => {
    const detail = `${req.method} is not done here, ${Allow} is`;
    return toResponse(answerProblem(makeProblem(405, { code: 'INVALID', detail }), { Allow }));
  });
}
