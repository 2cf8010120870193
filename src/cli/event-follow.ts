import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { OrchestratorError } from '../base/errors.ts';
import type { Event } from '../model/event.ts';
import { controlSocketPath } from '../store/socket-file.ts';
import { explain, identify, readAll, readProblem, type Target } from './client.ts';
import type { Context } from './context.ts';

export interface Gap {
  after: string;
  /** Null where nobody knows how many. */
  missed: number | null;
}

interface Listener {
  signal: AbortSignal;
  /** The stream is open, also when it is so again. Events may come before this has come to its end. */
  onOpen(): Promise<void>;
  onEvent(event: Event): void;
  onGap(gap: Gap): void;
  /** The worker has gone; it is waited for. */
  onLost(): void;
}

/** A worker that is replaced is back within a few seconds. */
const LOST_MAX_MS = 60_000;
const RETRY_EVERY_MS = 500;
/** Three heartbeats. */
const SILENCE_MAX_MS = 45_000;
const BLOCK_CHARS_MAX = 4 * 1024 * 1024;

/**
 * Tells of events as they happen, over restarts of the worker, until `signal`: then it throws what an aborted request does. Throws
 * `WORKER_DOWN` where no worker runs, or none comes back within a minute.
 */
export async function followEvents(
  { directories: { runtime }, token }: Pick<Context, 'directories' | 'token'>,
  choice: Readonly<Record<string, string | undefined>>,
  listener: Listener,
): Promise<never> {
  const stream = new Stream({ runtime, token }, pathOf(choice), listener);
  await stream.run();
  for (;;) {
    listener.onLost();
    await comeBack(stream, listener.signal);
  }
}

async function comeBack(stream: Stream, signal: AbortSignal): Promise<void> {
  for (const until = Date.now() + LOST_MAX_MS; ; ) {
    await delay(RETRY_EVERY_MS, undefined, { signal });
    try {
      await stream.run();
      return;
    } catch (error) {
      const isDown = error instanceof OrchestratorError && error.code === 'WORKER_DOWN';
      if (!isDown || Date.now() > until) throw error;
    }
  }
}

function pathOf({ agent, type }: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  if (agent !== undefined) query.set('agent', agent);
  if (type !== undefined) query.set('type', type);
  return `/v1/events${query.size > 0 ? `?${query}` : ''}`;
}

class Stream {
  readonly #target: Target;
  readonly #path: string;
  readonly #listener: Listener;
  #lastId: string | undefined;

  constructor(target: Target, path: string, listener: Listener) {
    this.#target = target;
    this.#path = path;
    this.#listener = listener;
  }

  /** Comes back when the stream was open and has ended. */
  async run(): Promise<void> {
    const response = await this.#open();
    if (response.statusCode !== 200) {
      throw readProblem({ status: response.statusCode ?? 0, text: await readAll(response) });
    }
    try {
      const [ended] = await Promise.all([this.#read(response), this.#listener.onOpen()]);
      if (ended !== undefined && this.#listener.signal.aborted) throw ended;
    } finally {
      response.destroy();
    }
  }

  #open(): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({
        path: this.#path,
        createConnection: () => connect(controlSocketPath(this.#target.runtime)),
        signal: this.#listener.signal,
        headers: {
          Host: 'localhost',
          Accept: 'text/event-stream',
          ...identify(this.#target),
          ...(this.#lastId === undefined ? {} : { 'Last-Event-ID': this.#lastId }),
        },
      });
      sent.setTimeout(SILENCE_MAX_MS, () => sent.destroy(silent()));
      sent.on('error', (error) => reject(explain(error, this.#target.runtime)));
      sent.on('response', resolve);
      sent.end();
    });
  }

  /** Gives what broke the connection off, where it did not end by itself. */
  async #read(response: IncomingMessage): Promise<unknown> {
    let text = '';
    try {
      for await (const part of response.setEncoding('utf8')) {
        text += part;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
        if (text.length > BLOCK_CHARS_MAX) throw new OrchestratorError('FAILED', 'an event is too long');
      }
    } catch (error) {
      if (error instanceof OrchestratorError || error instanceof SyntaxError) throw error;
      return error;
    }
    return undefined;
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at), line.slice(at + 1).trimStart()] as const;
      }),
    );
    this.#lastId = fields.get('id') ?? this.#lastId;
    const data = fields.get('data');
    if (data === undefined) return;
    if (fields.get('event') === 'gap') this.#listener.onGap(JSON.parse(data) as Gap);
    else this.#listener.onEvent(JSON.parse(data) as Event);
  }
}

function silent(): OrchestratorError {
  return new OrchestratorError('TIMED_OUT', 'the worker does not tell that it lives any more', {
    hint: 'see: tmux-orchestrator status',
  });
}
