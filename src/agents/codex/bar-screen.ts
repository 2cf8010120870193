import type { ProfileInput } from '../../model/profile.ts';
import { LIMIT, RESET } from './phrases.ts';

type Regions = NonNullable<ProfileInput['regions']>;
type Rules = NonNullable<ProfileInput['rules']>;

/**
 * Codex up to 0.39: each row of the input, of its menus and of every dialog begins with a bar `▌`. The input has a row of keys
 * below (`⏎ send`), a dialog has none. Up to 0.2x a placeholder stands one column further right than typed text.
 */
const KEYS_ROW = /^ *⏎ send\b/u;
const NOT_BAR = /^(?!▌)/u;
const STATUS = /^ {0,2}\p{Lu}[^•(]{0,100} \((?:\d+[hms] ?)+• ?[Ee]sc to interrupt\)$/u;

export const barRegions: Regions = {
  barAbove: { before: { last: KEYS_ROW } },
  bar: { within: 'barAbove', after: { last: NOT_BAR, orEdge: true } },
  barHistory: { within: 'barAbove', before: { region: 'bar' } },
  /** Behind the first row of the last message: the status line and the queue. */
  barLive: { within: 'barHistory', after: { last: /^[▌>•✔✗✘⚠■🖐]/u, orEdge: true } },
  /** The last message, or what stands below it. */
  barParagraph: { within: 'barHistory', after: { last: /^$/u, orEdge: true } },
  barWarning: { within: 'barHistory', from: { last: /^[▌>•✔✗✘⚠■🖐]/u } },
  /** Bar rows that end the screen, at most with one row of keys behind a blank one. */
  barDialog: { from: { last: /^▌/u } },
  barLowest: { lastRows: 10 },
};

const hasKeys = { in: 'barLowest', row: KEYS_ROW };

const hasText = { row: /^▌ *\S/u, withoutGhost: true };

export const barRules: Rules = [
  {
    id: 'bar-approval',
    state: 'approval',
    in: 'barLowest',
    all: [{ row: /^▌/u }],
    any: [
      { row: /^▌ ?(?:Allow command|Apply changes)\?/u },
      { row: /^▌ *Yes +(?:Always|No,)/u },
      { row: /^▌ *Approve and /u },
    ],
    none: [hasKeys],
  },
  {
    id: 'bar-menu',
    state: 'question',
    in: 'barLowest',
    all: [{ row: /^▌[> ] *\d+\. /u }],
    none: [hasKeys],
  },
  {
    id: 'bar-command-typed',
    state: 'draft',
    in: 'barDialog',
    absent: ['barAbove'],
    all: [{ in: 'barLowest', row: /^▌ ?[/@]\S*$/u, cursorInside: true, cursorColumn: { min: 2 } }],
  },
  {
    id: 'bar-retry-warning',
    state: 'retrying',
    in: 'barLive',
    all: [{ row: STATUS }, { in: 'barWarning', firstRow: /^⚠/u, text: /\bretrying \d+\/\d+/u }],
  },
  { id: 'bar-status-line', state: 'busy', in: 'barLive', all: [{ row: STATUS }] },
  {
    id: 'bar-limit',
    state: 'limited',
    in: 'barParagraph',
    all: [{ firstRow: /^(?![▌>•✔✗✘⚠])/u }, { text: LIMIT }],
    reset: RESET,
  },
  {
    id: 'bar-typed',
    state: 'draft',
    in: 'bar',
    any: [{ row: /^▌\S/u }, { row: /^▌ *\S/u, cursorInside: true, cursorColumn: { min: 3 } }],
  },
  {
    id: 'bar-error',
    state: 'error',
    in: 'bar',
    all: [{ in: 'barParagraph', firstRow: /^[■🖐](?!\s*(?:Tell the model|Conversation interrupted))/u }],
  },
  {
    id: 'bar-empty',
    state: 'idle',
    in: 'bar',
    all: [{ firstRow: /^▌(?: .*)?$/u, cursorInside: true, cursorColumn: { max: 2 } }],
    // Whatever is left of a status line.
    none: [
      { in: 'barLive', row: /^ {0,3}[^(]{0,100}\(?\d+[hms]\b.*\b[Ee]sc\b|^ {0,3}[^(]{0,100}\(\d+[hms] /u },
      // A prompt without any answer: its turn is about to begin, or what ended it cannot be read.
      { in: 'barParagraph', firstRow: /^▌/u },
      hasText,
    ],
  },
  { id: 'bar-text', state: 'draft', in: 'bar', all: [hasText] },
];
