import { OrchestratorError } from '../base/errors.ts';
import type { Message, Sender } from './message.ts';
import type { Profile } from './profile.ts';

/** Longest rendered message that is typed into a prompt; a longer text goes into a file. Bytes of UTF-8. */
export const MESSAGE_BYTES_MAX = 32_768;

/** What the service signs with, and the name of whoever uses the command line: no agent can sign like them. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['user', 'tmux-orchestrator']);

export interface CleanText {
  text: string;
  /** What was taken out or changed, one sentence each, without the text itself. */
  notes: string[];
}

/** Bytes of a file or of standard input as text; a byte order mark is dropped. Throws `INVALID` with the offset of the first byte that is no UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const offset = findBadByte(text, bytes);
  if (offset === null) return text.startsWith('\ufeff') ? text.slice(1) : text;
  throw invalid(
    `text is no valid UTF-8: byte ${offset} of ${bytes.length}`,
    'convert it, for example with iconv',
  );
}

/** The decoder writes U+FFFD for what it cannot read: the first one that does not stand there in the bytes as well is the place. */
function findBadByte(text: string, bytes: Uint8Array): number | null {
  const encoder = new TextEncoder();
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset;
    offset += 3;
    from = at + 1;
  }
  return null;
}

/** CSI sequences in both forms: colours, and the brackets of a paste, which could end ours early. A lone U+009B is more likely broken text. */
const SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]|\u009b[0-?]+[ -/]*[@-~]/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/**
 * Characters that show nothing, in which words can be hidden from people: zero-width ones, fillers, tags. Kept are joiners where they shape
 * what stands on both sides of them (emoji, Arabic, Indic scripts), and one variation selector behind a character.
 */
const INVISIBLE = new RegExp(
  String.raw`(?=\p{DI})(?!` +
    String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})` +
    String.raw`|(?<=(?!\p{Script=Latin}|\p{DI})[\p{L}\p{M}])[\u200c\u200d](?=(?!\p{Script=Latin}|\p{DI})[\p{L}\p{M}])` +
    String.raw`|(?<=[^\s\p{DI}\p{Cc}])\p{VS}` +
    String.raw`)\p{DI}`,
  'gu',
);

const REMOVED: readonly [what: string, pattern: RegExp][] = [
  ['escape sequence', SEQUENCES],
  ['control character', CONTROLS],
  ['bidirectional control', DIRECTIONS],
  ['invisible character', INVISIBLE],
];

/**
 * Makes a text fit to be typed into a terminal and read by people and models alike. Line breaks become LF; blank lines at the start and
 * blanks at the end go, as every CLI drops them. Throws `INVALID`, field `text`, for lone surrogates, noncharacters, and when nothing is left.
 */
export function cleanMessage(text: string): CleanText {
  if (/\p{Cs}/u.test(text)) throw invalid('text holds half a character (a lone surrogate)');
  if (/\p{NChar}/u.test(text))
    throw invalid('text holds code points that are no characters (such as U+FFFE)');
  const notes: string[] = [];
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, '\n');
  const visible = REMOVED.reduce((left, [what, pattern]) => remove(left, pattern, what, notes), lines);
  const trimmed = visible.replace(/^\s*\n/, '').trimEnd();
  if (trimmed === '') throw invalid('text is empty', 'say something that can be seen');
  return { text: quoteEnvelopes(trimmed, notes), notes };
}

function remove(text: string, pattern: RegExp, what: string, notes: string[]): string {
  let count = 0;
  const left = text.replace(pattern, () => {
    count++;
    return '';
  });
  if (count > 0) notes.push(`${count} ${what}${count === 1 ? '' : 's'} removed`);
  return left;
}

/** Enough of a line to tell whether it looks like an envelope. */
const HEAD_CHARACTERS = 300;
/**
 * After compatibility folding: `[from …`, or anything in a bracket with a dot in the middle, whatever letters it is written with; marks
 * of Markdown before it do not count. Round and curly brackets are left alone: prose begins with them.
 */
const ENVELOPE_LIKE = /^[\s*_`~"'#|+-]*(?![({])\p{Ps}(?:\s*from\b|[^\]\p{Pe}]*[·•‧∙⋅・])/iu;

function quoteEnvelopes(text: string, notes: string[]): string {
  let count = 0;
  const lines = text.split('\n').map((line) => {
    if (!ENVELOPE_LIKE.test(line.slice(0, HEAD_CHARACTERS).normalize('NFKC'))) return line;
    count++;
    return `> ${line}`;
  });
  if (count > 0) notes.push(`${count} line${count === 1 ? '' : 's'} that looked like an envelope quoted`);
  return lines.join('\n');
}

/** The first line of everything that is delivered: who wrote it, known from the connection, and its id. */
export function envelope(from: Sender, id: string): string {
  const name = from.name.replace(/[^\w@.-]/g, '?').slice(0, 80);
  const isMimic = from.kind === 'agent' && RESERVED_NAMES.has(name);
  return `[from ${isMimic ? 'agent ' : ''}${name} · ${id}]`;
}

/** What is typed into the prompt. Its first character is a bracket, so that no CLI takes the text for a command. */
export function render(message: Pick<Message, 'from' | 'id' | 'text'>): string {
  return `${envelope(message.from, message.id)}\n${message.text}`;
}

/** Why a text goes into a file: longer than what can be typed in one piece, or with characters that would spoil the screen. */
export type FileReason = 'too long' | 'misdrawn';

/** What `delivery` (of a profile) makes of a text as it would be typed: nothing where it can be. */
export function findFileReason(rendered: string, delivery: Profile['delivery']): FileReason | null {
  const limit = Math.min(MESSAGE_BYTES_MAX, delivery?.bytesMax ?? MESSAGE_BYTES_MAX);
  if (Buffer.byteLength(rendered) > limit) return 'too long';
  return delivery?.misdrawn?.test(rendered) ? 'misdrawn' : null;
}

const REASON_WORDS: Readonly<Record<FileReason, string>> = {
  'too long': 'is too long to be typed',
  misdrawn: 'has characters that this terminal cannot show',
};

/** The same for a text that stands in a file of `bytes` bytes. */
export function renderFiled(
  { from, id }: Pick<Message, 'from' | 'id'>,
  { path, bytes, reason }: { path: string; bytes: number; reason: FileReason },
): string {
  return `${envelope(from, id)}\nThis message ${REASON_WORDS[reason]} (${bytes} bytes). Read all of it from this file before you do anything else: ${path}`;
}

function invalid(message: string, hint?: string): OrchestratorError {
  return new OrchestratorError('INVALID', message, { field: 'text', hint });
}
