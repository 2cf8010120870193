import type { ReadStream, WriteStream } from 'node:tty';

export type KeyName =
  | 'enter'
  | 'newline'
  | 'escape'
  | 'up'
  | 'down'
  | 'backspace'
  | 'ctrl-c'
  | 'ctrl-d'
  | 'ctrl-u'
  | 'ctrl-z';

/** What a terminal sent: typed characters, a bracketed paste as a whole, or one key. */
export type Input =
  | { kind: 'text'; text: string }
  | { kind: 'paste'; text: string }
  | { kind: 'key'; key: KeyName };

const CONTROL_KEYS: ReadonlyMap<string, KeyName> = new Map([
  ['\r', 'enter'],
  ['\n', 'newline'],
  ['\u0003', 'ctrl-c'],
  ['\u0004', 'ctrl-d'],
  ['\u0008', 'backspace'],
  ['\u0015', 'ctrl-u'],
  ['\u001a', 'ctrl-z'],
  ['\u007f', 'backspace'],
]);
const ARROW_KEYS: ReadonlyMap<string, KeyName> = new Map([
  ['A', 'up'],
  ['B', 'down'],
]);

const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';
const SEQUENCE = /^\u001b(?:\[[0-?]*[ -/]*|O)([@-~])/u;
const SEQUENCE_BEGUN = /^\u001b(?:\[[0-?]{0,32}[ -/]{0,8}|O)?$/u;
const PRINTABLE = /^[^\u0000-\u001f\u007f]+/u;

/** A paste whose end never comes is cut here, so that a broken sender cannot fill the memory. */
const PASTE_CHARACTERS_MAX = 1_000_000;

/** Turns what arrives on standard input, in pieces cut anywhere, into keys and pastes. */
export class InputDecoder {
  #rest = '';
  #pasting = false;

  /** Whether an escape key or the start of a sequence waits for what comes next. */
  get isWaiting(): boolean {
    return this.#rest !== '' && !this.#pasting;
  }

  push(piece: string): Input[] {
    this.#rest += piece;
    const inputs: Input[] = [];
    for (let length = -1; this.#rest !== '' && length !== this.#rest.length; ) {
      length = this.#rest.length;
      inputs.push(...(this.#pasting ? this.#takePaste() : this.#takeOne()));
    }
    return inputs;
  }

  /** Nothing came behind an ESC for a while: it was the escape key. */
  flush(): Input[] {
    if (!this.isWaiting) return [];
    this.#rest = '';
    return [{ kind: 'key', key: 'escape' }];
  }

  #takePaste(): Input[] {
    const end = this.#rest.indexOf(PASTE_END);
    if (end < 0 && this.#rest.length < PASTE_CHARACTERS_MAX) return [];
    const text = end < 0 ? this.#rest : this.#rest.slice(0, end);
    this.#rest = end < 0 ? '' : this.#rest.slice(end + PASTE_END.length);
    this.#pasting = false;
    return [{ kind: 'paste', text: text.replace(/\r\n?/gu, '\n') }];
  }

  #takeOne(): Input[] {
    if (this.#rest.startsWith('\u001b')) return this.#takeEscape();
    const text = PRINTABLE.exec(this.#rest)?.[0];
    if (text !== undefined) return [{ kind: 'text', text: this.#take(text.length) }];
    const key = CONTROL_KEYS.get(this.#take(1));
    return key === undefined ? [] : [{ kind: 'key', key }];
  }

  #takeEscape(): Input[] {
    if (this.#rest.startsWith(PASTE_START)) {
      this.#take(PASTE_START.length);
      this.#pasting = true;
      return [];
    }
    const sequence = SEQUENCE.exec(this.#rest);
    if (sequence !== null) {
      this.#take(sequence[0].length);
      const key = ARROW_KEYS.get(sequence[1] ?? '');
      return key === undefined ? [] : [{ kind: 'key', key }];
    }
    if (SEQUENCE_BEGUN.test(this.#rest)) return [];
    this.#take(1);
    return [{ kind: 'key', key: 'escape' }];
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }
}

export interface Size {
  columns: number;
  rows: number;
}

/** Rows from the top with their colours; a cursor of `null` is hidden. */
export interface Frame {
  rows: readonly string[];
  cursor: readonly [column: number, row: number] | null;
  title: string;
}

const ENTER_SCREEN = '\u001b[?1049h\u001b[2J\u001b[?2004h';
const LEAVE_SCREEN = '\u001b[?2004l\u001b[?25h\u001b[0m\u001b[?1049l\u001b]2;\u0007';

/** How long an ESC may stand alone before it counts as the key. Milliseconds. */
const ESCAPE_WAIT_MS = 40;

/** The terminal in raw mode on its alternate screen, from `open` to `close`. */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #decoder = new InputDecoder();
  #shown = '';
  #escapeTimer: NodeJS.Timeout | undefined;

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  get size(): Size {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  open(): void {
    this.#input.setRawMode(true);
    this.#output.write(ENTER_SCREEN);
    this.#shown = '';
  }

  close(): void {
    this.#output.write(LEAVE_SCREEN);
    this.#input.setRawMode(false);
  }

  onInput(take: (inputs: Input[]) => void): void {
    this.#input.setEncoding('utf8');
    this.#input.on('data', (piece) => {
      clearTimeout(this.#escapeTimer);
      take(this.#decoder.push(String(piece)));
      if (this.#decoder.isWaiting) {
        this.#escapeTimer = setTimeout(() => take(this.#decoder.flush()), ESCAPE_WAIT_MS);
      }
    });
  }

  onResize(redraw: () => void): void {
    this.#output.on('resize', () => {
      this.#shown = '';
      redraw();
    });
  }

  /** Draws a frame unless it is the one that stands there. Calls `drained` when the terminal can take more. */
  draw(frame: Frame, drained?: () => void): void {
    const bytes = encodeFrame(frame, this.size);
    if (bytes === this.#shown) {
      if (drained) setImmediate(drained);
      return;
    }
    this.#shown = bytes;
    const roomLeft = this.#output.write(bytes);
    if (drained && roomLeft) setImmediate(drained);
    else if (drained) this.#output.once('drain', drained);
  }
}

/** The bytes that draw a frame over whatever stands on the screen. */
export function encodeFrame({ rows, cursor, title }: Frame, size: Size): string {
  const lines = rows.map((row, i) => `\u001b[${i + 1};1H${row}\u001b[0m\u001b[K`);
  // Not for a full screen: the cursor would be held in the last row, and that row be erased.
  const below = rows.length < size.rows ? `\u001b[${rows.length + 1};1H\u001b[J` : '';
  const place = cursor === null ? '' : `\u001b[${cursor[1] + 1};${cursor[0] + 1}H\u001b[?25h`;
  return `\u001b]2;${title}\u0007\u001b[?25l${lines.join('')}${below}${place}`;
}
