import { OrchestratorError } from '../base/errors.ts';

const KEPT_MAX = 1_000;

interface Kept<T> {
  input: string;
  outcome: Promise<T>;
}

/** What was done under a key is not done again: its outcome is given once more. The last thousand, as long as the worker runs. */
export class Repeats<T> {
  readonly #kept = new Map<string, Kept<T>>();

  /** Throws `CONFLICT` where the key stood for something else. What failed may be tried again. */
  once(name: string, input: string, action: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(name);
    if (kept !== undefined) {
      if (kept.input === input) return kept.outcome;
      return Promise.reject(
        new OrchestratorError('CONFLICT', 'this idempotency key was used for another request', {
          hint: 'take a new key for a new request',
        }),
      );
    }
    const outcome = action();
    this.#kept.set(name, { input, outcome });
    outcome.catch(() => this.#kept.delete(name));
    this.#forgetOldest();
    return outcome;
  }

  #forgetOldest(): void {
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT_MAX && !oldest.done) this.#kept.delete(oldest.value);
  }
}
