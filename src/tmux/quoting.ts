import { OrchestratorError } from '../base/errors.ts';

declare const quoted: unique symbol;
/** Text that is safe to send over the control connection; only this file makes it. */
export type Quoted = string & { readonly [quoted]: true };

/** `%` and a number: the only way in which panes are addressed. */
export type PaneId = `%${number}`;

/** One tmux command with its arguments, ready to be sent. */
export interface Command {
  readonly line: Quoted;
  /** Blocks that it answers with; one, but for a command that runs another. */
  readonly blocks?: number;
}

/** Longest argument that is let through, in bytes. */
const ARGUMENT_BYTES_MAX = 1_048_576;
const LONE_SURROGATE = /\p{Surrogate}/u;
const PLAIN_WORD = /^[A-Za-z0-9_=%@+/.,:-]+$/;

/** A long argument that is used again and again, quoted once. */
export interface PreparedWord {
  readonly quoted: string;
}

export function prepareWord(text: string): PreparedWord {
  return { quoted: quoteArgument(text) };
}

/**
 * A command from a constant name and arguments that may be anything: they arrive as data.
 * Refuses NUL (C strings end there) and lone surrogates (no UTF-8 exists for them).
 */
export function command(name: string, ...words: readonly (string | PreparedWord)[]): Command {
  const quotedWords = words.map((word) => (typeof word === 'string' ? quoteArgument(word) : word.quoted));
  return { line: [name, ...quotedWords].join(' ') as Quoted };
}

/** Several commands as one line: tmux runs them one after the other with nothing of others between. */
export function joinCommands(commands: readonly Command[]): Quoted {
  return commands.map((one) => one.line).join(' ; ') as Quoted;
}

/**
 * One argument in tmux's own syntax (tmux(1), PARSING SYNTAX): in double quotes, every byte that could mean something
 * as a three-digit octal escape, so that neither `$`, `;`, `#`, `~`, `{` nor a line feed is ever seen by the parser.
 */
export function quoteArgument(text: string): string {
  if (text.includes('\0')) throw refuse('it holds a NUL character');
  if (LONE_SURROGATE.test(text)) throw refuse('it holds half of a surrogate pair, which is no character');
  if (PLAIN_WORD.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > ARGUMENT_BYTES_MAX) throw refuse(`it is longer than ${ARGUMENT_BYTES_MAX} bytes`);
  let quotedText = '"';
  for (const byte of bytes) quotedText += PLAIN_BYTES[byte] ?? '';
  return `${quotedText}"`;
}

/** What each byte is written as. */
const PLAIN_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9 _=%@+/.,:-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
});

function refuse(why: string): OrchestratorError {
  return new OrchestratorError('REFUSED', `text cannot be given to tmux: ${why}`, {
    hint: 'remove that character and try again',
  });
}

/** Checks that a word names a pane; tmux would take prefixes, globs and the empty word for some pane of its own choice. */
export function readPaneId(word: string): PaneId {
  if (!/^%(?:0|[1-9][0-9]{0,9})$/.test(word)) {
    throw new OrchestratorError('REFUSED', `pane id must be % and a number, not ${JSON.stringify(word)}`, {
      hint: "list panes with: tmux list-panes -a -F '#{pane_id}'",
    });
  }
  return word as PaneId;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\u0007',
  v: '\u000b',
  f: '\f',
  s: ' ',
  '0': '\0',
  // tmux puts a backslash before a `$` that could begin a variable.
  $: '$',
};

/** Undoes the vis(3) encoding in which `show-buffer` answers a control client: `\\`, C escapes and octal bytes. */
export function decodeVis(line: string): string {
  if (!line.includes('\\')) return line;
  return line.replace(/\\(?:([0-7]{3})|(.))/gs, (whole, octal?: string, letter?: string) =>
    octal === undefined ? (ESCAPES[letter ?? ''] ?? whole) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
