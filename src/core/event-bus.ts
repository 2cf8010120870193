import type { Clock } from '../base/clock.ts';
import type { Event, NewEvent } from '../model/event.ts';

type Listener = (event: Event) => void;

/** Tells everything that happens to those in this process who want to know. Listeners are called in order, at once. */
export class EventBus {
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives the event its time and tells it. */
  emit(event: NewEvent): void {
    const at = new Date(this.#clock.now()).toISOString();
    const whole = { v: 1, at, ...event } as Event;
    for (const listener of this.#listeners) listener(whole);
  }

  /** The returned function ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
