import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import type { Event } from '../../src/model/event.ts';
import { until } from './until.ts';

interface Block {
  id: string | undefined;
  /** Undefined: a heartbeat. */
  event: string | undefined;
  data: unknown;
}

/** A client of the live stream over a control socket. */
export class EventListener {
  status = 0;
  headers: IncomingMessage['headers'] = {};
  text = '';
  ended = false;
  readonly #sent: ReturnType<typeof request>;
  #response: IncomingMessage | undefined;

  constructor(
    path: string,
    { target = '/v1/events', headers = {} }: { target?: string; headers?: object } = {},
  ) {
    this.#sent = request({
      path: target,
      createConnection: () => connect(path),
      headers: { Host: 'localhost', ...headers },
    });
    this.#sent.on('error', () => {
      this.ended = true;
    });
    this.#sent.on('response', (response) => {
      this.#response = response;
      this.status = response.statusCode ?? 0;
      this.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (part) => {
        this.text += part;
      });
      response.on('error', () => {});
      response.on('close', () => {
        this.ended = true;
      });
    });
    this.#sent.end();
  }

  /** Open, and told of the present by the first heartbeat, or refused. */
  static async open(...options: ConstructorParameters<typeof EventListener>): Promise<EventListener> {
    const listener = new EventListener(...options);
    await until(() => listener.status >= 400 || listener.blocks.some(({ event }) => event === undefined));
    return listener;
  }

  get blocks(): Block[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .map((block) => {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        return {
          id: field('id'),
          event: field('event'),
          data: data === undefined ? undefined : JSON.parse(data),
        };
      });
  }

  get events(): Block[] {
    return this.blocks.filter(({ event }) => event !== undefined);
  }

  /** Kinds in the order they came. */
  get kinds(): (Event['type'] | string | undefined)[] {
    return this.events.map(({ event }) => event);
  }

  get lastId(): string {
    return this.blocks.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  /** Reads nothing more, and does not go. */
  stall(): void {
    this.#response?.pause();
    this.#response?.removeAllListeners('data');
  }

  close(): void {
    this.#sent.destroy();
  }
}
