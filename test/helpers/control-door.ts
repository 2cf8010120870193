import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlSocketOptions, openControlSocket } from '../../src/api/control-socket.ts';
import type { Door, DoorLimits } from '../../src/api/door.ts';
import { OperationDesk } from '../../src/api/operation-desk.ts';
import { type Rates, RequestLimits } from '../../src/api/request-limits.ts';
import type { AuditRecord } from '../../src/model/audit.ts';
import { controlSocketPath } from '../../src/store/socket-file.ts';
import { type PlainHouse, plainHouse } from './plain-house.ts';
import { PATIENCE_MS } from './until.ts';

/** A control socket with a plain house behind it. */
export interface ControlDoor {
  path: string;
  house: PlainHouse;
  socket: Door;
  desk: OperationDesk;
  limits: RequestLimits;
  judge: ControlSocketOptions['judge'];
  uid: number;
  /** What was written down of it. */
  audited: Omit<AuditRecord, 'v' | 'at'>[];
  /** What nobody expected. */
  unexpected: unknown[];
  /** Agents by the pids of processes that live below them. */
  processes: Map<number, string>;
  close(): Promise<void>;
}

const RATES = { read: 1_000, message: 60, messageToOne: 30, control: 12, spawn: 6 };

/** In a directory of its own, or in that of a room. */
export async function openControlDoor(
  runtime?: string,
  limits?: Partial<DoorLimits>,
  rates: Rates = RATES,
): Promise<ControlDoor> {
  const folder = runtime ?? mkdtempSync(join(tmpdir(), 'tmo-door-'));
  chmodSync(folder, 0o700);
  const path = controlSocketPath(folder);
  const house = plainHouse();
  const unexpected: unknown[] = [];
  const processes = new Map<number, string>();
  const uid = process.getuid?.() ?? 0;
  const requests = new RequestLimits(rates);
  const audited: ControlDoor['audited'] = [];
  const desk = new OperationDesk({
    ...{ house, limits: requests },
    audit: (record) => audited.push(record),
  });
  const socket = await openControlSocket({
    ...{ path, desk, uid },
    limits: requests,
    judge: (token) => house.tokens.judge(token),
    findAgentOfProcess: (pid) => processes.get(pid),
    onUnexpected: (error) => unexpected.push(error),
    ...(limits === undefined ? {} : { doorLimits: limits }),
  });
  const close = async () => {
    await socket.close();
    if (runtime === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return {
    path,
    house,
    socket,
    desk,
    limits: requests,
    judge: (token: string) => house.tokens.judge(token),
    uid,
    audited,
    unexpected,
    processes,
    close,
  };
}

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Writes bytes to the socket, or to a port of 127.0.0.1, and gives all answers that come until the server ends the connection, or there are `count`. */
export function exchangeRaw(path: string | number, bytes: string | Buffer, count = 1): Promise<RawAnswer[]> {
  return new Promise((resolve, reject) => {
    const connection: Socket = typeof path === 'number' ? connect(path, '127.0.0.1') : connect(path);
    let text = '';
    const finish = () => {
      connection.destroy();
      resolve(readAnswers(text));
    };
    connection.setEncoding('utf8');
    connection.on('data', (part) => {
      text += part;
      if (readAnswers(text).length >= count) finish();
    });
    connection.on('close', finish);
    // A server that refuses early closes while we still write: what it said is what counts.
    connection.on('error', () => {});
    connection.on('connect', () => connection.write(bytes));
    connection.setTimeout(PATIENCE_MS, () => reject(new Error(`no answer; so far: ${text}`)));
  });
}

/** All answers that have arrived whole. */
function readAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return answers;
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
      }),
    );
    const status = Number(first.split(' ')[1]);
    const length = Number(headers.get('content-length') ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    if (Buffer.byteLength(body) < length) return answers;
    rest = rest.slice(end + 4 + length);
    if (status >= 200) answers.push({ status, headers, body });
  }
}

interface RawRequest {
  method?: string;
  target?: string;
  /** Lines as they go over the wire. */
  headers?: readonly string[];
  body?: string | undefined;
}

/** The bytes of a request like those of our own client, but for what is said otherwise. */
export function writeRaw({ method = 'GET', target = '/v1/agents', headers, body }: RawRequest): string {
  const content =
    body === undefined
      ? []
      : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${target} HTTP/1.1`, ...(headers ?? ['Host: localhost', ...content])];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/** One request, one answer. */
export async function askRaw(path: string, request: RawRequest): Promise<RawAnswer> {
  const [answer] = await exchangeRaw(path, writeRaw(request));
  if (answer === undefined) throw new Error('the connection was closed without an answer');
  return answer;
}
