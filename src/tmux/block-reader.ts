/** Output of one command, between `%begin` and `%end` or `%error`. */
export interface Block {
  ok: boolean;
  lines: string[];
}

interface BlockEvents {
  /** A block that answers a command of ours. */
  onBlock(block: Block): void;
  /** A line outside blocks: `%sessions-changed`, `%exit`, … */
  onNotification(line: string): void;
  /**
   * How many lines the open block must have before its end is believed. A screen row or a title may read `%end …` in order
   * to forge the end; a capture has as many lines as the pane has rows, so a forged end always comes too early.
   */
  linesMin(): number;
}

/** Lines a block may have before the stream is taken for broken: ten times the largest screen tmux allows. */
const BLOCK_LINES_MAX = 200_000;

/**
 * Reads the stream of a control-mode client (tmux(1), CONTROL MODE). Blocks whose flag is not 1 answer somebody else's command,
 * the first one the client's own attach; they are dropped.
 */
export class BlockReader {
  readonly #events: BlockEvents;
  #rest = '';
  #open: OpenBlock | undefined;

  constructor(events: BlockEvents) {
    this.#events = events;
  }

  feed(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    const open = this.#open;
    if (open === undefined) {
      const begin = /^%begin (\d+ \d+ (\d+))$/.exec(line);
      if (begin) this.#open = { guard: begin[1] ?? '', ours: begin[2] === '1', lines: [] };
      else if (line.startsWith('%')) this.#events.onNotification(line);
      return;
    }
    if (this.#ends(line, open)) {
      this.#open = undefined;
      if (open.ours) this.#events.onBlock({ ok: line.startsWith('%end'), lines: open.lines });
      return;
    }
    open.lines.push(line);
    if (open.lines.length > BLOCK_LINES_MAX) throw new Error('tmux sent a block without an end');
  }

  #ends(line: string, open: OpenBlock): boolean {
    if (!line.startsWith('%e')) return false;
    if (line !== `%end ${open.guard}` && line !== `%error ${open.guard}`) return false;
    return !open.ours || open.lines.length >= this.#events.linesMin();
  }
}

interface OpenBlock {
  /** Time, number and flags, which the end must repeat. */
  guard: string;
  ours: boolean;
  lines: string[];
}
