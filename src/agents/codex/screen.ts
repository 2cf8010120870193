import type { ProfileInput } from '../../model/profile.ts';
import { barRegions, barRules } from './bar-screen.ts';
import { LIMIT, RESET } from './phrases.ts';

type Regions = NonNullable<ProfileInput['regions']>;
type Rules = NonNullable<ProfileInput['rules']>;

/**
 * How Codex draws: messages begin with a mark in column 0 and go on two columns further right, so that what an agent quotes
 * never stands in column 0. Below them come the status line, queued messages, the composer (`› `), a blank row and the footer.
 * A dialog takes the composer's place; its options are numbered and the selected one carries the same `›`.
 */
const COMPOSER = /^ {0,2}›(?! \d+\. )(?: |$)/u;
const OPTION = /^ {0,4}(?:[›>❯] )?\d+\. \S/u;
const SELECTED = /^ {0,4}[›>❯] \d+\. \S/u;
/** What ends a dialog: the keys that answer it. */
const KEYS = /\benter\b|(?<!\besc )\besc\b(?! (?:again|esc)\b)/iu;

/**
 * `• Working (3s • esc to interrupt) · 1 background terminal running`, with or without its marks. Nothing but such a tail may
 * follow: a sentence that quotes it goes on.
 */
const TAIL = '(?: · .*| +\\d+ background .*)?';
const STATUS_END = String.raw`(?:\((?:\d+[hms] ?)+(?:•|esc|…)[^)]*(?:\)${TAIL}|…)|\(?(?:\d+[hms] ?)+ *•? *esc to interrupt\)?${TAIL})$`;
const STATUS = new RegExp(String.raw`^(?:[•◦] *| ?)(?:[^•\s][^•]{0,100} )?${STATUS_END}`, 'u');
/** The same where the text of messages stands. */
const INDENTED_STATUS = new RegExp(String.raw`^ {2,4}(?:[^•\s][^•]{0,100} )?${STATUS_END}`, 'u');

/** The footer of the composer: model and directory (0.115 and later), what is left of the context (0.50 to 0.115), or hints. */
const FOOTER =
  /^ *~?\/\S| · (?:~|\/\S)|\d+% (?:context )?left|for shortcuts|to queue message|\bagain to (?:edit|quit|exit|interrupt)/u;
/** A hint that goes away with the first character typed. */
const EMPTY_HINT = /\? for shortcuts/u;

/** Other `■` rows answer what the user did. */
const ERROR = /^■(?! (?:Conversation interrupted|Unrecognized|Unknown permission|Usage:|'\/))/u;

const APPROVAL_OPTIONS =
  /\((?:y|p|a|d|n|r|esc)\)|tell Codex what to do|Yes, proceed|Yes, (?:just this once|run|apply|provide|grant)|don't ask again|allow this host/iu;
const APPROVAL_TITLE =
  /Would you like to (?:run|make|grant|apply|send)|(?:approve|allow) (?:network|command|access|Codex)|needs your approval|Allow command\?/iu;
const SETUP =
  /Folder access|Trust (?:this folder|and continue|all)|Do you trust|allow Codex to work in this folder|Hooks need review|trusting \(hooks|Codex just got an upgrade|Try new model|Use existing model|Meet GPT|Introducing|Update available|Update now|Skip until next version|Sign in with|own OpenAI API key|Yes, continue$|No, quit|Welcome to Codex/iu;

export const regions: Regions = {
  prompt: { from: { last: /^ {0,2}›(?: |$)/u } },
  /** What stands in the composer, and the footer behind the blank row. */
  typed: { within: 'prompt', before: { last: /^$/u } },
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

/** A numbered menu where the composer should be. It is still one when its selection mark or its last row is unreadable. */
const isMenu = [{ row: OPTION }];
const menuMarks = [{ row: SELECTED }, { lastRow: KEYS }];
const composerBelow = [{ row: COMPOSER }, { lastRow: FOOTER }];

const dialogs: Rules = [
  {
    id: 'plan-menu',
    state: 'question',
    in: 'dialog',
    all: [...isMenu, { text: /Implement this plan\?|implement this plan|stay in Plan mode/iu }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'approval-menu',
    state: 'approval',
    in: 'dialog',
    all: [...isMenu, { text: APPROVAL_OPTIONS }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'question-menu',
    state: 'question',
    in: 'dialog',
    all: [
      ...isMenu,
      { text: /enter to submit (?:answer|all)|tab to add notes|None of the above|Question \d+\/\d+/iu },
    ],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'setup-menu',
    state: 'setup',
    in: 'dialog',
    all: [...isMenu, { text: SETUP }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'approval-title',
    state: 'approval',
    in: 'dialog',
    all: [...isMenu, { text: APPROVAL_TITLE }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'yes-or-allow-menu',
    state: 'approval',
    in: 'dialog',
    all: [{ row: /^ {0,4}(?:[›>❯] )?1\. (?:Yes|Allow|Approve)\b/u }],
    any: menuMarks,
    none: composerBelow,
  },
  { id: 'menu', state: 'question', in: 'dialog', all: isMenu, any: menuMarks, none: composerBelow },
  {
    // The trust question of 0.45 to 0.80 is taller than 24 rows with its animation: the options are cut off.
    id: 'welcome',
    state: 'setup',
    in: 'dialog',
    any: [
      { row: /^> You are (?:running Codex )?in [~/]/u },
      { row: /^ {0,2}Welcome to Codex/u },
      { row: /^ {0,2}(?:Finish signing in|Signed in with|Press [Ee]nter to continue)/u },
    ],
    none: composerBelow,
  },
];

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
    // The mark is missing, but nothing else begins in column 0 with a letter.
    id: 'limit-unmarked',
    state: 'limited',
    in: 'paragraph',
    all: [{ firstRow: /^ ?\p{L}/u }, { text: LIMIT }],
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
  { in: 'paragraph', firstRow: /^ ?[\p{L}\p{Pi}"]/u },
  { in: 'live', row: STATUS },
  { in: 'paragraph', row: INDENTED_STATUS },
  otherKeys,
  // The footer is indented; what stands further left was written by another program.
  { in: 'footer', row: /^[^\s]/u },
];

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
    none: [...unread, hasText],
  },
];

export const rules: Rules = [...dialogs, ...work, ...ended, ...prompts, ...barRules];
