import type { ProfileInput } from '../../model/profile.ts';
import { barRegions, barRules } from './bar-screen.ts';
import { dialogRules } from './dialogs.ts';
import { COMPOSER, FOOTER, KEYS } from './marks.ts';
import { LIMIT, RESET } from './phrases.ts';

type Regions = NonNullable<ProfileInput['regions']>;
type Rules = NonNullable<ProfileInput['rules']>;

/**
 * `• Working (3s • esc to interrupt) · 1 background terminal running`, with or without its marks. Nothing but such a tail may
 * follow: a sentence that quotes it goes on.
 */
const TAIL = '(?: · .*| +\\d+ background .*)?';
const STATUS_END = String.raw`(?:\((?:\d+[hms] ?)+(?:•|esc|…)[^)]*(?:\)${TAIL}|…)|\(?(?:\d+[hms] ?)+ *•? *esc to interrupt\)?${TAIL})$`;
const STATUS = new RegExp(String.raw`^(?:[•◦] *| ?)(?:[^•\s][^•]{0,100} )?${STATUS_END}`, 'u');
/** The same where the text of messages stands. */
const INDENTED_STATUS = new RegExp(String.raw`^ {2,4}(?:[^•\s][^•]{0,100} )?${STATUS_END}`, 'u');

/** A hint that goes away with the first character typed. */
const EMPTY_HINT = /\? for shortcuts/u;

/** A row in column 0 that begins with a letter or an unknown mark: something not understood, or a known mark that is unreadable. */
const UNKNOWN_MARK = /^ ?(?![•◦■⚠✔✗✘✓›ℹ─╭│╰└]|\p{Extended_Pictographic})(?:[\p{L}"]|[^\s\p{ASCII}])/u;
/** Other `■` rows answer what the user did. */
const ERROR = /^■(?! (?:Conversation interrupted|Unrecognized|Unknown permission|Usage:|'\/))/u;

export const regions: Regions = {
  prompt: { from: { last: /^ {0,2}›(?: |$)/u } },
  /** What stands in the composer, and the footer behind the blank row. */
  typed: { within: 'prompt', before: { last: /^$/u } },
  /** The same where 0.45 to 0.5x hides the footer. */
  written: { within: 'prompt', before: { last: /^$/u, orEdge: true } },
  footer: { within: 'prompt', after: { last: /^$/u } },
  above: { before: { region: 'prompt' } },
  /** From the last marked row above the composer; queued messages are skipped, they stand below the status line. */
  live: {
    within: 'above',
    from: { last: /^(?!• (?:Queued|Messages to be))[•◦■⚠✔✗✘✓🖐›]/u },
  },
  /** The marked row above that one. */
  beforeLive: { within: 'above', before: { region: 'live' } },
  warning: { within: 'beforeLive', from: { last: /^[•◦■⚠✔✗✘✓🖐›]/u } },
  /** What ended the last turn: like `live`, but warnings do not count. */
  outcome: { within: 'above', from: { last: /^[•◦■✔✗✘🖐›]/u } },
  paragraph: { within: 'above', after: { last: /^$/u, orEdge: true } },
  /** All behind the last marked row or the composer: a dialog with whatever its message left, or only the footer. */
  dialog: { after: { last: /^(?:[•◦■⚠✔✗✘✓🖐╰─]|›(?! \d+\. ))/u, orEdge: true } },
  lowest: { lastRows: 2 },
  ...barRegions,
};

const work: Rules = [
  {
    id: 'starting-mcp',
    state: 'starting',
    in: 'live',
    all: [{ firstRow: /^[•◦] (?:Starting|Booting) MCP server/u }],
  },
  {
    id: 'compacting',
    state: 'compacting',
    in: 'live',
    all: [{ row: STATUS }, { row: /^(?:[•◦] ?| ?)Compacting\b/u }],
  },
  {
    // Up to 0.5x the retry is told in a warning, and the status line goes on as ever.
    id: 'retry-warning',
    state: 'retrying',
    in: 'live',
    all: [{ row: STATUS }, { in: 'warning', firstRow: /^⚠/u, text: /\bretrying \d+\/\d+/u }],
  },
  {
    id: 'reconnecting',
    state: 'retrying',
    in: 'live',
    all: [{ row: STATUS }, { row: /^(?:[•◦] ?| ?)(?:Reconnecting|Retrying)\b/u }],
  },
  { id: 'status-line', state: 'busy', in: 'live', all: [{ row: STATUS }] },
  { id: 'queue-hint', state: 'busy', in: 'footer', all: [{ row: /^ *tab to queue message/u }] },
];

const ended: Rules = [
  {
    id: 'limit',
    state: 'limited',
    in: 'outcome',
    all: [{ firstRow: /^[■🖐]/u }, { text: LIMIT }],
    reset: RESET,
  },
  {
    id: 'limit-unmarked',
    state: 'limited',
    in: 'paragraph',
    all: [{ firstRow: UNKNOWN_MARK }, { text: LIMIT }],
    reset: RESET,
  },
  {
    // The mark became a blank, but no answer stands between this and the user's prompt.
    id: 'limit-unanswered',
    state: 'limited',
    in: 'paragraph',
    all: [{ firstRow: /^ {2}\p{L}/u }, { in: 'outcome', firstRow: /^›/u }, { text: LIMIT }],
    reset: RESET,
  },
];

const atEmptyHint = [
  { in: 'footer', row: EMPTY_HINT },
  { cursorInside: true, cursorColumn: { max: 2 } },
];
const hasFooter = { in: 'footer', row: FOOTER, height: { max: 4 } };
/** Keys of something that is no composer: the transcript, a picker. */
const otherKeys = { in: 'footer', row: KEYS };
const hasText = { row: /^(?:› ?)?\s*[^\s›]/u, withoutGhost: true };
/** Rows that only something not understood can leave above the composer: then it is not idle. */
const unread = [
  { in: 'paragraph', firstRow: UNKNOWN_MARK },
  { in: 'live', row: STATUS },
  { in: 'paragraph', row: INDENTED_STATUS },
  otherKeys,
  // The footer is indented; what stands further left was written by another program.
  { in: 'footer', row: /^[^\s]/u },
];

/** A prompt without any answer: its turn is about to begin, or what ended it cannot be read. */
const unanswered = { in: 'outcome', firstRow: /^›/u };

const prompts: Rules = [
  { id: 'shell-mode', state: 'draft', in: 'lowest', all: [{ row: /\b(?:Bash|Shell) mode\b/u }] },
  {
    // Below or above such text stands a menu of commands or files, often instead of the footer.
    id: 'command-typed',
    state: 'draft',
    in: 'prompt',
    all: [{ firstRow: /^› [/@$!]\S*/u, cursorInside: true, cursorColumn: { min: 3 } }],
  },
  {
    id: 'start-screen',
    state: 'starting',
    in: 'prompt',
    all: [
      { lastRow: /^ *\? for shortcuts$/u },
      // The banner without a frame is 0.169's; there the footer names the model as soon as text is safe to type.
      { in: 'above', firstRow: /^ *>_ OpenAI Codex/u },
    ],
    none: [{ in: 'above', row: /^[•■⚠›]/u }],
  },
  {
    id: 'error-empty-hint',
    state: 'error',
    in: 'typed',
    all: [{ in: 'outcome', firstRow: ERROR }, ...atEmptyHint],
  },
  {
    id: 'empty-hint',
    state: 'idle',
    in: 'typed',
    all: [{ firstRow: COMPOSER }, ...atEmptyHint],
    none: [...unread, unanswered],
  },
  {
    // 0.169 names the topic, a third part, from the first turn on.
    id: 'empty-hint-before-first-turn',
    state: 'idle',
    in: 'typed',
    all: [
      { firstRow: COMPOSER },
      ...atEmptyHint,
      { in: 'above', firstRow: /^ *>_ OpenAI Codex/u },
      { in: 'footer', firstRow: /^[^·]+ · [^·]+$/u },
    ],
    none: unread,
  },
  {
    id: 'typed',
    state: 'draft',
    in: 'typed',
    all: [{ firstRow: COMPOSER }, hasFooter, hasText],
    none: [otherKeys],
  },
  {
    // 0.45 to 0.5x hides the footer while text stands in the composer.
    id: 'typed-without-footer',
    state: 'draft',
    in: 'prompt',
    absent: ['footer'],
    all: [{ firstRow: COMPOSER, cursorInside: true }, hasText],
  },
  {
    id: 'error',
    state: 'error',
    in: 'typed',
    all: [{ firstRow: COMPOSER }, hasFooter, { in: 'outcome', firstRow: ERROR }],
    none: [otherKeys],
  },
  {
    id: 'empty',
    state: 'idle',
    in: 'typed',
    all: [{ firstRow: COMPOSER }, hasFooter],
    none: [...unread, unanswered, hasText],
  },
];

export const rules: Rules = [...dialogRules, ...work, ...ended, ...prompts, ...barRules];
