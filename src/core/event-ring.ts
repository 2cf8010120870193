import { OrchestratorError } from '../base/errors.ts';
import type { Event } from '../model/event.ts';
import type { EventBus } from './event-bus.ts';

/** An event with its place in what this worker has told. */
export interface NumberedEvent {
  id: string;
  event: Event;
}

/** What came after an event that somebody saw last. */
interface Past {
  events: NumberedEvent[];
  /** How many before these are not there any more; null where nobody knows, as the last one was told by another worker. */
  missed: number | null;
}

interface RingOptions {
  bus: EventBus;
  /** Names this run of the worker: numbers begin anew with each. Lower case letters and digits. */
  run: string;
  /** Events kept for who comes back. */
  eventsMax?: number;
}

const EVENTS_MAX = 1_000;
/** Who follows at the same time: all together, and one caller. */
const FOLLOWERS_MAX = 64;
const FOLLOWERS_OF_ONE_MAX = 16;

/** The last events with numbers, and those who follow what happens. */
export class EventRing {
  readonly #run: string;
  readonly #eventsMax: number;
  readonly #followers = new Map<(event: NumberedEvent) => void, string>();
  #events: Event[] = [];
  /** Number of the newest event. */
  #last = 0;

  constructor({ bus, run, eventsMax = EVENTS_MAX }: RingOptions) {
    this.#run = run;
    this.#eventsMax = eventsMax;
    bus.listen((event) => this.#keep(event));
  }

  /** Of the newest event; before the first one the place in front of it. */
  get lastId(): string {
    return this.#idOf(this.#last);
  }

  /** Everything that is kept and came after the event with this id. */
  since(id: string): Past {
    const first = this.#last - this.#events.length + 1;
    const [run, number] = [id.slice(0, id.lastIndexOf('-')), Number(id.slice(id.lastIndexOf('-') + 1))];
    const isOurs = run === this.#run && Number.isSafeInteger(number) && number >= 0 && number <= this.#last;
    const from = isOurs ? Math.max(first, number + 1) : first;
    const events = this.#events.slice(from - first).map((event, i) => ({ id: this.#idOf(from + i), event }));
    return { events, missed: isOurs ? from - number - 1 : null };
  }

  /** Tells of each event from now on; the returned function ends it. Throws `LIMIT` where too many follow, or this one too often. */
  follow(who: string, listener: (event: NumberedEvent) => void): () => void {
    const own = [...this.#followers.values()].filter((one) => one === who).length;
    if (this.#followers.size >= FOLLOWERS_MAX) throw tooMany(`${FOLLOWERS_MAX} streams of events are open`);
    if (own >= FOLLOWERS_OF_ONE_MAX)
      throw tooMany(`this caller has ${FOLLOWERS_OF_ONE_MAX} streams of events open`);
    this.#followers.set(listener, who);
    return () => this.#followers.delete(listener);
  }

  #keep(event: Event): void {
    this.#last++;
    this.#events.push(event);
    // In batches: to take the first of a thousand away each time would move all others.
    if (this.#events.length >= 2 * this.#eventsMax) this.#events = this.#events.slice(-this.#eventsMax);
    const numbered = { id: this.lastId, event };
    for (const listener of [...this.#followers.keys()]) listener(numbered);
  }

  #idOf(number: number): string {
    return `${this.#run}-${number}`;
  }
}

function tooMany(detail: string): OrchestratorError {
  return new OrchestratorError('LIMIT', detail, { hint: 'end one that is not needed any more' });
}
