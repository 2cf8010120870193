import type { Recording } from './recording.ts';

/** Words that belong to a machine or a person. */
export interface PrivateWords {
  home: string;
  user: string;
  host: string;
}

/** What usually is a secret, or names somebody. Each match is masked whole, or its first group where it has one. */
const SECRETS: readonly RegExp[] = [
  /\b(?:sk|pk|rk)[-_][\w-]{8,}/gu,
  /\b(?:gh[pousr]|glpat|xox[abprs]|npm|hf)[-_][\w-]{10,}/gu,
  /\bgithub_pat_\w{10,}/gu,
  /\b(?:AKIA|ASIA)[0-9A-Z]{12,}/gu,
  /\bAIza[\w-]{20,}/gu,
  /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/gu,
  /\bBearer\s+([\w.~+/=-]{8,})/giu,
  /(?:api[_-]?key|access[_-]?key|token|secret|passw(?:or)?d)["']?\s*[=:]\s*["']?([^\s"']{6,})/giu,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu,
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/giu,
  /\b[0-9a-f]{32,}\b/giu,
];

/** A run of base64; paths have capitals and digits too, but a slash every few letters. */
const LONG_RUN = /[\w+/-]{32,}={0,2}/gu;
const RUN_LETTERS_PER_SLASH = 16;

/**
 * The recording without what is private. Every character that goes is replaced by one `x`, so that all columns stay where they are.
 * Knows only what private things usually look like: whoever gives a recording away should read it first.
 */
export function maskRecording(recording: Recording, words: PrivateWords): Recording {
  const columns = Number.parseInt(recording.size, 10);
  const patterns = [...SECRETS, ...wordPatterns(words)];
  const maskText = (text: string) => maskPlain(text, patterns);
  const maskScreen = (text: string) => maskStyled(text, columns, maskText);
  const { ansi, native, processes } = recording;
  return {
    ...recording,
    title: maskText(recording.title),
    situation: maskText(recording.situation),
    text: maskScreen(recording.text),
    ...(ansi === undefined ? {} : { ansi: maskScreen(ansi) }),
    ...(native ? { native: { ...native, sessionId: undefined } } : {}),
    processes: processes && maskProcess(processes, maskText),
  };
}

type Process = NonNullable<Recording['processes']>;

function maskProcess(node: Process, maskText: (text: string) => string): Process {
  return {
    ...node,
    args: maskText(node.args),
    ...(node.argv === undefined ? {} : { argv: node.argv.map(maskText) }),
    children: node.children.map((child) => maskProcess(child, maskText)),
  };
}

/** `/home/alice` becomes `/home/xxxxx`; user and host name go where they stand as words of their own. */
function wordPatterns({ home, user, host }: PrivateWords): RegExp[] {
  const homeTail = /^(?:\/home|\/Users)?\/(.+)$/u.exec(home)?.[1];
  const homePattern =
    homeTail === undefined
      ? []
      : [
          new RegExp(
            `${escapePattern(home.slice(0, -homeTail.length))}(${escapePattern(homeTail)})(?![\\w-])`,
            'gu',
          ),
        ];
  const names = [user, host, host.split('.')[0] ?? ''].filter((name) => name.length > 1);
  return [
    ...homePattern,
    ...names.map((name) => new RegExp(`(?<![\\w-])${escapePattern(name)}(?![\\w-])`, 'giu')),
  ];
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

function maskPlain(text: string, patterns: readonly RegExp[]): string {
  const known = patterns.reduce((masked, pattern) => masked.replace(pattern, maskMatch), text);
  return known.replace(LONG_RUN, (run) => (isRandom(run) ? blacken(run) : run));
}

function maskMatch(whole: string, group?: unknown): string {
  if (typeof group !== 'string') return blacken(whole);
  const start = whole.lastIndexOf(group);
  return whole.slice(0, start) + blacken(group) + whole.slice(start + group.length);
}

/** One `x` for each code unit, but for the slashes of a path. */
function blacken(text: string): string {
  return text.replace(/[^/\s]/g, 'x');
}

function isRandom(run: string): boolean {
  const slashes = run.split('/').length - 1;
  return (
    /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run) && slashes * RUN_LETTERS_PER_SLASH <= run.length
  );
}

const ESCAPE = /\u001b(?:\[[\d;:?]*[A-Za-z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.)/y;

/**
 * Masks a screen as if it had no colours, and as if rows that reach the right edge went on in the next: a secret may be wrapped or
 * change its colour in the middle. What was left out is put back where it stood.
 */
function maskStyled(text: string, columns: number, maskText: (text: string) => string): string {
  const { plain, inserts } = takeOut(text, columns);
  const masked = maskText(plain);
  let result = '';
  let done = 0;
  for (const { at, piece } of inserts) {
    result += masked.slice(done, at) + piece;
    done = at;
  }
  return result + masked.slice(done);
}

interface Insert {
  /** Where in the plain text. */
  at: number;
  piece: string;
}

function takeOut(text: string, columns: number): { plain: string; inserts: Insert[] } {
  const inserts: Insert[] = [];
  let plain = '';
  let rowStart = 0;
  for (let i = 0; i < text.length; ) {
    const piece = pieceAt(text, i, plain.length - rowStart >= columns);
    if (piece === '') plain += text[i++];
    else {
      inserts.push({ at: plain.length, piece });
      i += piece.length;
    }
    if (text[i - 1] === '\n') rowStart = plain.length;
  }
  return { plain, inserts };
}

/** An escape sequence, or the end of a full row. */
function pieceAt(text: string, i: number, rowIsFull: boolean): string {
  if (text[i] === '\n') return rowIsFull ? '\n' : '';
  if (text[i] !== '\u001b') return '';
  ESCAPE.lastIndex = i;
  return ESCAPE.exec(text)?.[0] ?? '\u001b';
}
