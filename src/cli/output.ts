import { styleText } from 'node:util';
import { cleanLine } from '../base/text.ts';

/** What a stream must tell to be written to; both ends of `process` do. */
interface Stream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface OutputOptions {
  /** One JSON document (or JSON Lines) in place of text. */
  json: boolean;
  quiet: boolean;
  /** False after `--no-color`. */
  colour: boolean;
  /** Standard error goes to journald, which takes a priority at the start of each line. */
  journal?: boolean;
  env: NodeJS.ProcessEnv;
  stdout: Stream;
  stderr: Stream;
}

interface Failure {
  code: string;
  message: string;
  hint?: string | undefined;
  /** Which part of the input was wrong. */
  field?: string | undefined;
}

/** sd-daemon(3). */
const ERROR_PRIORITY = '<3>';
const DEBUG_PRIORITY = '<7>';

export type Style = Parameters<typeof styleText>[0];

/** The one way in which commands say anything: data to standard output, messages to standard error. */
export class Output {
  readonly json: boolean;
  /** Whether standard output may have colours. */
  readonly colour: boolean;
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.json = options.json;
    this.colour = !options.json && mayColour(options.stdout, options);
  }

  /** Columns of the terminal, and without one as many as a line needs. */
  get columns(): number {
    const { stdout } = this.#options;
    return stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  get isTerminal(): boolean {
    return this.#options.stdout.isTTY === true;
  }

  /** The result of a command: the document with `--json`, else the lines. */
  print(document: object, render: () => readonly string[]): void {
    if (this.json) this.#write(`${JSON.stringify(document, null, 2)}\n`);
    else this.lines(render());
  }

  /** One of many results: one line of JSON with `--json`, else the lines. */
  printEach(document: object, render: () => readonly string[]): void {
    if (this.json) this.#write(`${JSON.stringify(document)}\n`);
    else this.lines(render());
  }

  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#write(`${lines.join('\n')}\n`);
  }

  /** Text as it is, for screens with their own line ends and colours. */
  raw(text: string): void {
    this.#write(text);
  }

  /** A message that is no result and no failure. */
  note(text: string): void {
    if (!this.json && !this.#options.quiet) this.#options.stderr.write(`${text}\n`);
  }

  /** A failure, in words or as one JSON object. */
  fail(failure: Failure, exitCode: number): void {
    const { code, message, hint, field } = failure;
    if (this.#options.journal) {
      const advice = hint === undefined ? '' : ` (hint: ${hint})`;
      this.#options.stderr.write(`${ERROR_PRIORITY}error: ${cleanLine(message + advice, 4_000)}\n`);
      return;
    }
    if (this.json) {
      // What is undefined does not appear in JSON.
      const document = { error: { code, message, hint, field }, exitCode };
      this.#options.stderr.write(`${JSON.stringify(document)}\n`);
      return;
    }
    this.#options.stderr.write(`${this.#styleMessage('red', 'error:')} ${message}\n`);
    if (hint !== undefined) this.#options.stderr.write(`${this.#styleMessage('dim', 'hint:')} ${hint}\n`);
  }

  /** Where a failure came from: in the journal below what people are shown. */
  trace(stack: string): void {
    const prefix = this.#options.journal ? DEBUG_PRIORITY : '';
    for (const line of stack.split('\n')) this.#options.stderr.write(`${prefix}${line}\n`);
  }

  /** Text of standard output in a style, where it may have colours. */
  style(style: Style, text: string): string {
    return this.colour ? applyStyle(style, text) : text;
  }

  #styleMessage(style: Style, text: string): string {
    return mayColour(this.#options.stderr, this.#options) ? applyStyle(style, text) : text;
  }

  #write(text: string): void {
    this.#options.stdout.write(text);
  }
}

/** Without node's own look at the stream: it would ask standard output for what goes to standard error. */
function applyStyle(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}

/** Colours only on a terminal, unless somebody said no (no-color.org). */
function mayColour(stream: Stream, { colour, env }: OutputOptions): boolean {
  return colour && stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
