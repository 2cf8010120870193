import type { PaneId } from '../tmux/quoting.ts';

/** One at a time for each pane: whoever types, restarts or closes takes a turn, so that nothing comes between a text and its Enter. */
export class PaneTurns {
  readonly #last = new Map<PaneId, Promise<unknown>>();

  /** Runs `action` after those who came before for this pane; one that fails does not hold up the next. */
  take<T>(pane: PaneId, action: () => Promise<T>): Promise<T> {
    const before = this.#last.get(pane) ?? Promise.resolve();
    const turn = before.then(action, action);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(pane, settled);
    void settled.then(() => {
      if (this.#last.get(pane) === settled) this.#last.delete(pane);
    });
    return turn;
  }
}
