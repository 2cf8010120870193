import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { hasErrorCode, isErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import { type InputOf, type OperationName, type OutputOf, ROUTES } from '../operations/routes.ts';
import { readLiveness } from '../store/liveness.ts';
import { controlSocketPath } from '../store/socket-file.ts';
import { readWorkerState } from '../store/state-files.ts';
import type { Context } from './context.ts';
import { requireWorker } from './state-view.ts';

/** The worker, spoken to over its control socket. */
export interface Client {
  /**
   * Has an operation done and gives what it answers. Throws what the worker says was wrong, `WORKER_DOWN` (exit 3) where it does not listen
   * or ends meanwhile, `TIMED_OUT` where it does not answer in time.
   */
  call<N extends OperationName>(name: N, input: InputOf<N>, options?: CallOptions): Promise<OutputOf<N>>;
}

interface CallOptions {
  /** Longest time without a word from the worker, milliseconds. For waits: longer than the wait itself. */
  timeoutMs?: number;
  /** Gives up, and lets the worker know. */
  signal?: AbortSignal;
}

const TIMEOUT_DEFAULT_MS = 60_000;
/** More than any answer has; nothing that goes wrong may fill the memory. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** A client of the worker of this runtime directory, who is what the token says where there is one. Connects when it is used. */
export function openClient({
  directories: { runtime },
  token,
}: Pick<Context, 'directories' | 'token'>): Client {
  return {
    call: async <N extends OperationName>(name: N, input: InputOf<N>, options: CallOptions = {}) => {
      const answer = await exchange({ runtime, token }, writeRequest(name, input), options);
      if (answer.status >= 400) throw readProblem(answer);
      return parse(answer) as OutputOf<N>;
    },
  };
}

interface WrittenRequest {
  method: string;
  path: string;
  body: string | undefined;
}

interface Answer {
  status: number;
  text: string;
}

/** Inputs that the path names go into it, the others into the query or the body. */
function writeRequest(name: OperationName, input: object): WrittenRequest {
  const { method, path } = ROUTES[name];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest.get(key) ?? '');
    rest.delete(key);
    return encodeSegment(value, key);
  });
  if (method === 'POST') {
    return { method, path: `/v1${filled}`, body: JSON.stringify(Object.fromEntries(rest)) };
  }
  const query = new URLSearchParams(
    [...rest].map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return { method, path: `/v1${filled}${query && `?${query}`}`, body: undefined };
}

/** What a path cannot carry can be no name either. */
function encodeSegment(value: string, key: string): string {
  try {
    if (value !== '' && value !== '.' && value !== '..') return encodeURIComponent(value);
  } catch {
    // Half a surrogate pair.
  }
  throw new OrchestratorError('INVALID', `${key} ${JSON.stringify(value)} is not usable`, { field: key });
}

/** A worker, and who it is asked as. */
export interface Target {
  runtime: string;
  token: string | undefined;
}

/** The header that says who asks: what runs in an agent's pane is that agent, everything else the user, unless a token is named. */
export function identify({ token }: Target): Record<string, string> {
  return token === undefined
    ? { 'Tmux-Orchestrator-Pid': String(process.pid) }
    : { Authorization: `Bearer ${token}` };
}

function exchange(target: Target, written: WrittenRequest, options: CallOptions): Promise<Answer> {
  const { method, path, body } = written;
  const { timeoutMs = TIMEOUT_DEFAULT_MS, signal } = options;
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({
      ...{ method, path },
      // Without the agent of node, which takes milliseconds to look whether our host is an address.
      createConnection: () => connect(controlSocketPath(target.runtime)),
      ...(signal === undefined ? {} : { signal }),
      headers: {
        Host: 'localhost',
        Accept: 'application/json',
        ...identify(target),
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
      },
    });
    const timer = setTimeout(() => sent.destroy(timedOut(timeoutMs)), timeoutMs);
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(explain(error, target.runtime));
    };
    sent.on('error', fail);
    sent.on('response', (response) => {
      readAll(response).then((text) => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, text });
      }, fail);
    });
    sent.end(body);
  });
}

export async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX)
      throw new OrchestratorError('FAILED', 'the answer of the worker is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function timedOut(timeoutMs: number): OrchestratorError {
  const limit = formatDuration(timeoutMs);
  return new OrchestratorError('TIMED_OUT', `the worker did not answer within ${limit}`, {
    hint: 'it may have done it all the same; see what it does with: tmux-orchestrator status',
  });
}

/** What a failed exchange means: mostly that no worker runs. */
export function explain(error: unknown, runtime: string): unknown {
  if (error instanceof OrchestratorError || (error instanceof Error && error.name === 'AbortError'))
    return error;
  if (hasErrorCode(error, 'ENOENT', 'ECONNREFUSED')) return notListening(runtime, error);
  if (!hasErrorCode(error, 'ECONNRESET', 'EPIPE')) return error;
  return new OrchestratorError('WORKER_DOWN', 'the worker ended while it was asked', {
    cause: error,
    hint: 'it may have done it all the same; see what is, with: tmux-orchestrator status',
  });
}

function notListening(runtime: string, cause: unknown): OrchestratorError {
  try {
    const now = Date.now();
    requireWorker(readLiveness(readWorkerState(runtime), now), now);
  } catch (error) {
    if (error instanceof OrchestratorError) return error;
  }
  return new OrchestratorError(
    'WORKER_DOWN',
    `the worker runs, but does not listen at ${controlSocketPath(runtime)}`,
    { cause, hint: 'it may be starting or of an older version; try again, or replace it: service restart' },
  );
}

/** The RFC 9457 problem as the error that it was. The worker quotes what it was given: clean it for a terminal. */
export function readProblem(answer: Answer): OrchestratorError {
  const problem = parse(answer);
  const { code, detail, hint } = problem;
  const first: unknown = Array.isArray(problem.errors) ? problem.errors[0] : undefined;
  const pointer = isRecord(first) && typeof first.pointer === 'string' ? first.pointer : undefined;
  return new OrchestratorError(
    typeof code === 'string' && isErrorCode(code) ? code : 'FAILED',
    typeof detail === 'string' ? cleanLine(detail, 2_000) : `the worker answered ${answer.status}`,
    {
      hint: typeof hint === 'string' ? cleanLine(hint, 2_000) : undefined,
      field: pointer === undefined ? undefined : readPointer(pointer),
    },
  );
}

/** `#/members/2/name` as `members.2.name` (RFC 6901). */
function readPointer(pointer: string): string {
  const parts = cleanLine(pointer, 500).replace(/^#?\//, '').split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}

function parse({ status, text }: Answer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (error) {
    throw notUnderstood(status, messageOf(error));
  }
  throw notUnderstood(status, 'it is no object');
}

function notUnderstood(status: number, why: string): OrchestratorError {
  return new OrchestratorError('FAILED', `the answer of the worker (${status}) is not understood`, {
    hint: `${cleanLine(why, 100)}; are program and worker of one version?`,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
