import type { PaneId } from '../tmux/quoting.ts';

/** One at a time for each key. */
export class Turns<K> {
  readonly #last = new Map<K, Promise<unknown>>();

  /** Runs `action` after those who came before for this key; one that fails does not hold up the next. */
  take<T>(key: K, action: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(action, action);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return turn;
  }

  /** Whether somebody has the turn, or waits for it. */
  isTaken(key: K): boolean {
    return this.#last.has(key);
  }
}

/** One at a time for each pane: whoever types, restarts or closes takes a turn, so that nothing comes between a text and its Enter. */
export class PaneTurns extends Turns<PaneId> {}
