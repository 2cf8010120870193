import { connect, type Socket } from 'node:net';
import type { RawAnswer } from './control-door.ts';

/** Exchanges requests and answers in turn over one connection, and opens another one where the server has closed it. */
export class KeptConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #text = '';
  #settle: (answer: RawAnswer | undefined) => void = () => {};

  constructor(port: number) {
    this.#port = port;
  }

  /** Nothing where the server hung up without a word. */
  ask(bytes: string): Promise<RawAnswer | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#text = '';
      this.#open().write(bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = connect(this.#port, '127.0.0.1').setNoDelay();
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (part) => this.#take(String(part)));
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#settle(undefined);
    });
    this.#socket = socket;
    return socket;
  }

  #take(part: string): void {
    this.#text += part;
    const answer = readAnswer(this.#text);
    if (answer === undefined) return;
    // What comes in chunks is not waited for: its head is all that is looked at.
    if (answer.headers.get('connection') === 'close' || answer.headers.has('transfer-encoding')) {
      const socket = this.#socket;
      this.#socket = undefined;
      socket?.destroy();
    }
    this.#settle(answer);
  }
}

/** The answer that has arrived, once it is there as a whole. */
function readAnswer(text: string): RawAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(':');
    headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  const body = text.slice(end + 4);
  if (Buffer.byteLength(body) < Number(headers.get('content-length') ?? 0)) return undefined;
  return { status: Number(first.split(' ')[1]), headers, body };
}
