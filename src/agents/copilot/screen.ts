import type { ProfileInput } from '../../model/profile.ts';

type Regions = NonNullable<ProfileInput['regions']>;
type Rules = NonNullable<ProfileInput['rules']>;

/**
 * How Copilot draws: marked messages (in column 0 up to 1.0.3x, in column 1 later, with a scroll bar `┃` at the right), a blank
 * row, at times a status line, the directory, the input between two rules, and the footer. A dialog takes the place of the
 * input: in a frame with numbered options, or (questions of 1.0.102) between the rules with nothing below.
 */
const RULE = /^ ?─{10,}$/u;
const OPTION = /^[│┃\s]*(?:❯ ?)?\d+\. \S/u;
const SELECTED = /^[│┃\s]*❯ ?\d+\. \S/u;
/** The row that tells how to answer a dialog. */
const KEYS =
  /\benter (?:to )?(?:select|accept|confirm|submit|show)\b|\bto (?:navigate|select)\b|↑.?↓ select|keys and Enter\b/iu;

const SPINNER = /^ ?[○◎◉●∙◌◐◓◑◒\u2800-\u28ff] ?/u;
const WORK_KEYS = /\besc\b.*(?:interrupt|edit prompt)|\(Esc to cancel/u;
/** What the footer says when nothing runs. */
const HINTS =
  /\/ commands|Ctrl\+c Exit|\? help|@ files|shift\+tab|\bctrl\+c again|\besc again to (?:clear|rewind|undo)|\/help /u;
const RETRYING = /● (?:Request failed|Response was interrupted)[^●]{0,80}Retrying\.\.\./u;

const LIMIT =
  /rate limit|rate_limited|quota|premium request|usage limit|exceeded your .{0,30}usage|used all .{0,40}requests|try again (?:in|at|on) \S*\d/iu;
const RESET =
  /(?:try again|resets?) (?:at|in|on) ((?:[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?,? )?\d{1,2}:\d{2}(?: ?[AP]M\b|(?! ?[AP]\b))|[A-Z][a-z]+ \d{1,2}(?:, \d{4})?(?![\d,]| \d)|\d+ (?:day|hour|minute|second)s?(?:,? (?:and )?\d+ (?:day|hour|minute|second)s?)*)/iu;

export const regions: Regions = {
  box: { after: { last: RULE, nth: 2 }, before: { last: RULE } },
  footer: { after: { last: RULE } },
  above: { before: { last: RULE, nth: 2 }, widthOf: /^.*(?=┃$)/u },
  /** The rows glued to the input: the directory, and a status line where there is one. No message reaches down here. */
  strip: { within: 'above', after: { last: /^$/u, orEdge: true } },
  /** The last message. Warnings (`!`) do not count. */
  outcome: { within: 'above', from: { last: /^ ?[●○◎◉✗✘✓❯$] /u } },
  paragraph: { within: 'outcome', after: { last: /^$/u, nth: 2, orEdge: true } },
  recent: { within: 'above', lastRows: 6 },
  /** All below the last rule: a framed dialog with what stands above it, or only the footer. */
  dialog: { after: { last: RULE, orEdge: true } },
};

/** A numbered menu. It is still one when its selection mark or its last row is unreadable. */
const menuMarks = [{ row: SELECTED }, { row: KEYS }];

const dialogs: Rules = [
  {
    id: 'trust-menu',
    state: 'setup',
    in: 'dialog',
    all: [
      { row: OPTION },
      {
        row: /^[│\s]*(?:Confirm folder trust|Do you trust the files|(?:❯ ?)?\d+\. Yes, and remember this folder)/u,
      },
    ],
    any: menuMarks,
  },
  {
    id: 'approval-menu',
    state: 'approval',
    in: 'dialog',
    all: [
      { row: OPTION },
      {
        row: /^[│\s]*(?:Do you want to (?!accept|proceed with (?:the|this) plan)|Allow |(?:❯ ?)?\d+\. (?:No, and tell Copilot|Yes, and (?:don't ask|approve|allow)))/u,
      },
    ],
    any: menuMarks,
  },
  { id: 'menu', state: 'question', in: 'dialog', all: [{ row: OPTION }], any: menuMarks },
  {
    // The pickers of 1.0.102 (`/model`) have no numbers.
    id: 'picker',
    state: 'question',
    in: 'dialog',
    all: [{ row: /^ *❯ +\S/u }, { lastRow: /\besc to cancel/iu }],
  },
  {
    // Or they have a search field between the rules.
    id: 'picker-search',
    state: 'question',
    in: 'box',
    all: [{ in: 'footer', row: KEYS }],
  },
  {
    // 1.0.102 asks between two rules; the rule below is the last row of the screen.
    id: 'question-box',
    state: 'question',
    in: 'box',
    absent: ['footer'],
    any: [{ row: /^ *❯ \S/u }, { lastRow: KEYS }],
  },
];

const work: Rules = [
  {
    id: 'compacting',
    state: 'compacting',
    in: 'strip',
    all: [{ row: /^\W{0,3}Compacting\b/u }, { row: /\(\d+[hms]|Esc to cancel|^ ?[○◎◉●]/iu }],
  },
  {
    id: 'retrying',
    state: 'retrying',
    in: 'footer',
    all: [{ in: 'recent', text: RETRYING }],
    any: [{ row: SPINNER }, { row: WORK_KEYS }, { in: 'strip', row: WORK_KEYS }],
  },
  {
    id: 'working',
    state: 'busy',
    in: 'footer',
    any: [{ firstRow: SPINNER }, { row: WORK_KEYS }, { in: 'strip', row: WORK_KEYS }],
  },
  {
    // Up to 1.0.3x: `◎ Thinking (Esc to cancel · 291 B)` right above the directory.
    id: 'status-line',
    state: 'busy',
    in: 'strip',
    all: [{ firstRow: SPINNER }],
  },
];

const ended: Rules = [
  {
    id: 'login',
    state: 'setup',
    in: 'strip',
    all: [{ row: /^ ?Please use .{0,2}login|sign in to use Copilot/u }],
  },
  {
    id: 'limit',
    state: 'limited',
    in: 'outcome',
    all: [{ firstRow: /^ ?[✗✘] /u }, { text: LIMIT }],
    reset: RESET,
  },
  {
    // The mark is missing: nothing else stands left of the messages' text.
    id: 'limit-unmarked',
    state: 'limited',
    in: 'paragraph',
    all: [{ firstRow: /^ {0,2}(?![●○◎◉✗✘✓❯$!│└\s])\S/u }, { text: LIMIT }],
    any: [{ firstRow: /^ ?\S/u }, { in: 'above', row: /^ [●❯✗] /u }],
    reset: RESET,
  },
  {
    // The mark became a blank, but no answer stands between this and the user's prompt.
    id: 'limit-unanswered',
    state: 'limited',
    in: 'paragraph',
    all: [{ firstRow: /^ {0,3}\p{L}/u }, { in: 'outcome', firstRow: /^ ?❯/u }, { text: LIMIT }],
    reset: RESET,
  },
];

const isError = { in: 'outcome', firstRow: /^ ?[✗✘] (?!Unknown command)/u };
/** A tool that failed, which is the agent's business. */
const isTool = { in: 'outcome', row: /^ *└ /u };
const hasHints = { in: 'footer', row: HINTS };
/** `Type @ to mention files, # for issues/PRs, / for commands`, `Enter @ …`: up to 0.0.42x. */
const isPlaceholder = { firstRow: /^ ?[❯>] {1,2}(?:Type|Enter) @/u };
const hasText = { row: /^(?: ?[❯>] ?)?\s*[^\s❯>]/u, withoutGhost: true };
const hasKeys = { in: 'footer', row: KEYS };
const unread = [{ in: 'strip', row: /\(\d+[hms]|Esc to cancel|^ ?[○◎◉] /iu }, hasKeys];

/** A prompt without any answer: its turn is about to begin, or what ended it cannot be read. */
const unanswered = { in: 'outcome', firstRow: /^ ?❯/u };

const prompts: Rules = [
  {
    id: 'typed',
    state: 'draft',
    in: 'box',
    all: [{ firstRow: /^ ?[❯>] *\S/u }, { in: 'footer' }],
    none: [isPlaceholder, hasKeys],
  },
  {
    id: 'shell-typed',
    state: 'draft',
    in: 'box',
    all: [{ firstRow: /^ ?[!&]/u }, { in: 'footer' }],
    none: [hasKeys],
  },
  {
    id: 'error',
    state: 'error',
    in: 'box',
    all: [{ firstRow: /^ ?[❯>]$/u }, hasHints, isError],
    none: [isTool],
  },
  {
    id: 'empty',
    state: 'idle',
    in: 'box',
    all: [{ firstRow: /^ ?[❯>]$/u, height: { max: 1 } }, hasHints],
    none: [...unread, unanswered],
  },
  {
    id: 'placeholder',
    state: 'idle',
    in: 'box',
    all: [isPlaceholder, hasHints],
    none: [...unread, unanswered, hasText],
  },
  {
    id: 'placeholder-typed',
    state: 'draft',
    in: 'box',
    all: [isPlaceholder, hasText],
  },
];

export const rules: Rules = [...dialogs, ...work, ...ended, ...prompts];
