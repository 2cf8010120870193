import { request as askHttp } from 'node:http';
import type { Door, DoorLimits } from '../../src/api/door.ts';
import { openNetworkDoor } from '../../src/api/network-door.ts';
import { OperationDesk } from '../../src/api/operation-desk.ts';
import { type Rates, RequestLimits } from '../../src/api/request-limits.ts';
import type { AuditRecord } from '../../src/model/audit.ts';
import { ConfigSchema } from '../../src/model/config.ts';
import { SCOPES, type Scope } from '../../src/model/scope.ts';
import { exchangeRaw, type RawAnswer, writeRaw } from './control-door.ts';
import { ControlRoom } from './control-room.ts';
import { type PlainHouse, plainHouse } from './plain-house.ts';
import { until } from './until.ts';

/** So many that no test meets them by chance. */
export const NO_RATES: Rates = { read: 1e9, message: 1e9, messageToOne: 1e9, control: 1e9, spawn: 1e9 };
const YEAR_MS = 365 * 86_400_000;

export interface NetworkRoomOptions {
  limits?: Partial<DoorLimits> | undefined;
  rates?: Rates | undefined;
  origins?: string[] | undefined;
  /** Default: any that is free. */
  port?: number | undefined;
}

/** A network door on a free port of 127.0.0.1 with a plain house behind it, and a token of every scope. */
export class NetworkRoom {
  readonly house: PlainHouse = plainHouse();
  readonly audited: Omit<AuditRecord, 'v' | 'at'>[] = [];
  readonly unexpected: unknown[] = [];
  readonly tokens: Readonly<Record<Scope, string>>;
  readonly desk: OperationDesk;
  #door: Door | undefined;

  private constructor(limits: RequestLimits) {
    this.desk = new OperationDesk({
      ...{ house: this.house, limits },
      audit: (record) => this.audited.push(record),
    });
    const issue = (scope: Scope) => {
      const { secret } = this.house.tokens.create({ scope, agent: null, ttlMs: YEAR_MS });
      return [scope, secret] as const;
    };
    this.tokens = Object.fromEntries(SCOPES.map(issue)) as Record<Scope, string>;
  }

  static async open({ limits, rates = NO_RATES, origins = [], port = 0 }: NetworkRoomOptions = {}) {
    const requests = new RequestLimits(rates);
    const room = new NetworkRoom(requests);
    const { api } = ConfigSchema.parse({});
    room.#door = await openNetworkDoor({
      ...{
        api: { ...api, origins, port },
        desk: room.desk,
        limits: requests,
        uid: process.getuid?.() ?? 0,
      },
      judge: (token) => room.house.tokens.judge(token),
      onUnexpected: (error) => room.unexpected.push(error),
      ...(limits === undefined ? {} : { doorLimits: limits }),
    });
    return room;
  }

  get port(): number {
    return this.#door?.port ?? 0;
  }

  get host(): string {
    return `Host: 127.0.0.1:${this.port}`;
  }

  /** Header lines of a well-behaved program with a token. */
  as(scope: Scope, ...more: string[]): string[] {
    return [this.host, `Authorization: Bearer ${this.tokens[scope]}`, ...more];
  }

  /** A request with exactly these header lines; the status is 0 where the door hung up without a word. */
  async ask(request: {
    method?: string;
    target?: string;
    headers: readonly string[];
    body?: string;
  }): Promise<RawAnswer> {
    const [answer] = await exchangeRaw(this.port, writeRaw(request));
    return answer ?? { status: 0, headers: new Map(), body: '' };
  }

  /** What was done, changes and reads that the house notes. */
  get effects(): number {
    return this.house.calls.length + this.audited.filter(({ result }) => result === 'ok').length;
  }

  async close(): Promise<void> {
    await this.#door?.close();
  }
}

/** A whole worker that listens on a free port too, and tokens of every scope from it. */
export interface NetworkWorker {
  room: ControlRoom;
  port: number;
  tokens: Record<Scope, string>;
  close(): Promise<void>;
}

const LISTENING = /"port":(\d+)[^\n]*listening for programs/;

/** `config`: further lines of the section `api`, each with its line feed. */
export async function openNetworkWorker(config = ''): Promise<NetworkWorker> {
  const room = await ControlRoom.open({ config: `api:\n  port: 0\n${config}` });
  const found = await until(() => LISTENING.exec(room.worker.output), {
    describe: () => room.worker.output + room.worker.errors,
  }).catch(async (error: unknown) => {
    await room.close();
    throw error;
  });
  const issued = await Promise.all(
    SCOPES.map(async (scope) => [scope, (await room.client.call('token.create', { scope })).secret] as const),
  );
  const tokens = Object.fromEntries(issued) as Record<Scope, string>;
  return { room, port: Number(found[1]), tokens, close: () => room.close() };
}

/** A request with a token, as any program would send it. */
export function askWorker(
  { port }: { port: number },
  { method = 'GET', path, token, body }: { method?: string; path: string; token: string; body?: unknown },
): Promise<{ status: number; body: string }> {
  const content = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    'Content-Length': Buffer.byteLength(content),
  };
  return new Promise((resolve, reject) => {
    const request = askHttp({ host: '127.0.0.1', port, method, path: `/v1${path}`, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    request.on('error', reject).end(content);
  });
}
