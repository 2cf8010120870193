import { type Clock, systemClock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import type { NumberedEvent } from '../core/event-ring.ts';
import type { EventService } from '../operations/house.ts';
import { type EventFilter, isWanted } from '../store/event-pages.ts';

interface StreamOptions {
  live: EventService['live'];
  filter: EventFilter;
  /** The last event that the client has seen; undefined: it wants what comes from now on. */
  lastEventId: string | undefined;
  /** Whom it counts for. */
  who: string;
  /** Whether the client may still listen; for tokens, which can become void. */
  isWelcome?: (() => boolean) | undefined;
  /** Ends the connection of a client that does not read. */
  disconnect(): void;
  /** The client has gone, or the worker stops. */
  signals: readonly AbortSignal[];
  clock?: Clock;
}

/** A client that leaves more than this unread is disconnected; it can come back with the last id it has seen. Bytes. */
const QUEUE_BYTES_MAX = 256 * 1024;
const HEARTBEAT_EVERY_MS = 15_000;
/** A token that was made void ends its streams within this. */
const WELCOME_EVERY_MS = 500;

const LAST_EVENT_ID = /^[0-9a-z]{1,20}-\d{1,15}$/;

/** Throws `INVALID` where a header `Last-Event-ID` is none of ours. */
export function readLastEventId(header: string | string[] | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && LAST_EVENT_ID.test(header)) return header;
  throw new OrchestratorError('INVALID', 'header Last-Event-ID must be the id of an event of this stream', {
    hint: 'leave it out to be told what happens from now on',
  });
}

/** Server-sent events (WHATWG HTML, 9.2) of one client, as bytes. Throws `LIMIT`. */
export function openEventStream(options: StreamOptions): ReadableStream<Uint8Array> {
  const stream = new EventStream(options);
  return new ReadableStream<Uint8Array>(
    { start: (controller) => stream.open(controller), cancel: () => stream.close() },
    new ByteLengthQueuingStrategy({ highWaterMark: QUEUE_BYTES_MAX }),
  );
}

class EventStream {
  readonly #options: StreamOptions;
  readonly #clock: Clock;
  readonly #encoder = new TextEncoder();
  readonly #end = () => this.#finish();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #unfollow = () => {};
  #stopHeartbeat = () => {};
  #stopCheck = () => {};

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  open(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { live, who, signals } = this.#options;
    this.#controller = controller;
    this.#unfollow = live.follow(who, (numbered) => this.#tell(numbered));
    for (const signal of signals) signal.addEventListener('abort', this.#end);
    if (signals.some(({ aborted }) => aborted)) {
      this.#finish();
      return;
    }
    this.#tellPast();
    this.#beat();
    if (this.#options.isWelcome !== undefined) this.#check();
  }

  /** Lets go of everything; the stream itself is over already. */
  close(): void {
    this.#controller = undefined;
    this.#unfollow();
    this.#stopHeartbeat();
    this.#stopCheck();
    for (const signal of this.#options.signals) signal.removeEventListener('abort', this.#end);
  }

  #finish(): void {
    const controller = this.#controller;
    this.close();
    controller?.close();
  }

  #tellPast(): void {
    const { live, lastEventId } = this.#options;
    if (lastEventId === undefined) return;
    const { events, missed } = live.since(lastEventId);
    if (missed !== 0) this.#write(`event: gap\ndata: ${JSON.stringify({ after: lastEventId, missed })}\n\n`);
    for (const numbered of events) this.#tell(numbered);
  }

  #tell({ id, event }: NumberedEvent): void {
    if (!this.#isWelcome() || !isWanted(event, this.#options.filter)) return;
    this.#write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  /** With the id of what was passed over or has not happened yet, so that a client that comes back misses nothing. */
  #beat(): void {
    this.#write(`: heartbeat\nid: ${this.#options.live.lastId}\n\n`);
    if (this.#controller === undefined) return;
    this.#stopHeartbeat = this.#clock.after(HEARTBEAT_EVERY_MS, () => this.#beat());
  }

  #check(): void {
    if (this.#isWelcome()) this.#stopCheck = this.#clock.after(WELCOME_EVERY_MS, () => this.#check());
  }

  #isWelcome(): boolean {
    if (this.#controller === undefined) return false;
    if (this.#options.isWelcome?.() === false) this.#finish();
    return this.#controller !== undefined;
  }

  #write(text: string): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    controller.enqueue(this.#encoder.encode(text));
    if ((controller.desiredSize ?? 0) > 0) return;
    this.close();
    this.#options.disconnect();
  }
}
