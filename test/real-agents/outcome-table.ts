/** What came of each case with each CLI, for people to read. */
export class OutcomeTable {
  readonly #rows = new Map<string, Map<string, string>>();

  note(cli: string, name: string, outcome: string): void {
    this.#rows.set(cli, (this.#rows.get(cli) ?? new Map<string, string>()).set(name, outcome));
  }

  /** A row for each case, a column for each CLI. */
  toString(): string {
    const clis = [...this.#rows.keys()];
    const names = [...new Set([...this.#rows.values()].flatMap((row) => [...row.keys()]))];
    const lines = names.map((name) => [name, ...clis.map((cli) => this.#rows.get(cli)?.get(name) ?? '')]);
    const all = [['', ...clis], ...lines];
    const widths = (all[0] ?? []).map((_, i) => Math.max(...all.map((line) => line[i]?.length ?? 0)));
    return all
      .map((line) => line.map((cell, i) => cell.padEnd((widths[i] ?? 0) + 2)).join(''))
      .map((line) => line.trimEnd())
      .join('\n');
  }
}
