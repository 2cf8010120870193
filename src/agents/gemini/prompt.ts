import type { ProfileInput } from '../../model/profile.ts';

/**
 * The prompt box of Gemini CLI and its forks, and what can be read from it and from the messages right above.
 *
 * The box is one row or more between two edges. Its look changed: `╭──╮ │ > │ ╰──╯` up to 0.2x, `▀▀▀  > ▄▄▄` in 0.28 and 0.34,
 * `▄▄▄  > ▀▀▀` in 0.47 and 0.61, `───  > ───` in Qwen Code. Prompts of the past look much the same, so only the last one
 * counts, and only while nothing but a footer or a list of suggestions stands below it.
 */

type Regions = NonNullable<ProfileInput['regions']>;
type Rules = NonNullable<ProfileInput['rules']>;
type Condition = NonNullable<Rules[number]['all']>[number];

/** `>` in the default mode, `*` in YOLO mode, `!` in shell mode, `(r:)` while searching the history. */
const PROMPT = /^(?: |│ )?(?:[>!*]|\(r:\))(?: |$)/u;
const LID = /^ {0,2}╭?[─▄▀]{18,}╮?$/u;
const FLOOR = /^ {0,2}╰?[─▄▀]{18,}╯?$/u;

/** What never stands below a living prompt box: a message, a box, a rule, a list to choose from. */
const NOT_A_FOOTER =
  /^ {0,2}(?:[✦◆✕] |[✦◆]\ufe0e|[╭╰┌└]|─{18,}[╮╯┐┘]?$)|^ {0,4}│|^[ │]{0,6}(?:[●○›❯▸] {0,2})?\d{1,2}\. |user confirmation/u;

/** Empty but for the placeholder. The cursor takes one column before the words, hence the blanks. */
const PLACEHOLDER = /^(?:│ )?[>*](?: {1,4}Type your message\b[^│]*)?(?: *│)?$/u;

/** Frame and glyph at the ends of the prompt's rows. The glyphs of other modes stay: what stands behind those is no message. */
export const GUTTER = /^(?: |│ )?(?:[>*](?: |$)| {2})|(?<=^│.*) *│$/u;

export const promptRegions: Regions = {
  tail: { from: { last: PROMPT } },
  input: { within: 'tail', before: { first: FLOOR } },
  below: { within: 'tail', after: { first: FLOOR } },
  above: { before: { region: 'tail' } },
  lid: { within: 'above', lastRows: 1 },
  status: { within: 'above', lastRows: 9 },
  nearest: { within: 'above', lastRows: 5 },
  /** The rows over the full-width rule that separates status and prompt box since 0.3x. */
  aboveRule: { within: 'status', before: { last: /^─{18,}$/u }, lastRows: 2 },
  failure: { within: 'above', from: { last: /^ {0,2}[✕✖✗×] |^ {0,3}(?:[^\s✦◆>]\ufe0e? )?\[API Error/u } },
  /** What is left where the failure itself has scrolled away; since 0.34. */
  failureNote: { within: 'above', from: { last: /^ℹ This request failed\b/u } },
  /** From the start of the last message, whoever wrote it. */
  lastWord: { within: 'above', from: { last: /^ {0,1}> \S|^│ {1,2}> \S|^ {0,2}[^\s\w>▄▀─]\S* /u } },
};

/** A prompt box stands at the bottom, with at most a footer below it. */
export const LIVE: Condition[] = [{ in: 'lid', lastRow: LID }, { in: 'input' }];
export const NOT_LIVE: Condition[] = [
  { in: 'below', row: NOT_A_FOOTER },
  // A dialog whose heading looks like a prompt: `│ > Select Theme`, `│ > Settings`, with a list to scroll below.
  { in: 'input', row: /^[ │]{0,6}[▲▼●○›❯▸](?: |$)/u },
];

/** The prompt box has the placeholder's words, or none. */
const EMPTY: Condition = { in: 'input', text: PLACEHOLDER };

export const draftRules: Rules = [
  {
    // Nothing may be typed yet, but what comes next would run in a shell.
    id: 'prompt-in-shell-mode',
    state: 'draft',
    in: 'input',
    all: [...LIVE, { firstRow: /^(?: |│ )?!(?: |$)/u }],
    none: NOT_LIVE,
  },
  {
    // Newer versions park the cursor behind the text that was typed; the older ones leave it at the bottom.
    id: 'prompt-behind-cursor',
    state: 'draft',
    in: 'input',
    all: [...LIVE, { beforeCursor: /^(?: |│ )?(?:[>*]|\(r:\)) [^\s│\u200b]/u }],
    none: [...NOT_LIVE, EMPTY],
  },
  {
    id: 'prompt-typed',
    state: 'draft',
    in: 'input',
    all: [...LIVE, { text: /^(?:│ )?(?:[>*]|\(r:\))[ │\u200b]*[^\s│\u200b]/u, withoutGhost: true }],
    none: [...NOT_LIVE, EMPTY],
  },
];

/** Words of a used-up quota; Gemini 0.34: `[API Error: You have exhausted your daily quota on this model.]` */
const USED_UP = /\b(?:quota|usage limit|daily limit|insufficient_quota)\b/iu;

/** Gemini: `Access resets at 2:15 PM EST.` Others: `try again in 3h 20m`. */
export const RESET =
  /\b(?:resets? (?:at|on|in)|(?:retry|try again) (?:at|in|after)) (.+?)(?=[.,;)\]]*(?: *│|$|[.;)\]] | \/|,? (?:or|and) ))/iu;

/** Only a message or a prompt that came after a failure makes it a thing of the past. */
const NEWER: Condition = { in: 'failure', row: /^ {0,2}(?:[✦◆>] |◆\ufe0e)|^│ {1,2}> /u };
/** Complaints about a slash command or a setting: the agent itself is well. */
const ABOUT_A_COMMAND = /^✕ (?:Unknown command|Usage:|Invalid (?:command|argument))/u;

export const failureRules: Rules = [
  {
    id: 'failure-quota',
    state: 'limited',
    in: 'failure',
    all: [...LIVE, { text: USED_UP }],
    none: [...NOT_LIVE, NEWER],
    reset: RESET,
  },
  {
    id: 'failure',
    state: 'error',
    in: 'failure',
    all: LIVE,
    none: [...NOT_LIVE, NEWER, { text: ABOUT_A_COMMAND }],
  },
  {
    id: 'failure-note',
    state: 'error',
    in: 'failureNote',
    all: LIVE,
    none: [...NOT_LIVE, { row: /^(?:✦ | ?> |│ {1,2}> )/u }],
  },
];

/** Words of a running turn or a failure with something amiss in their row: no proof of either, but none of rest. */
const DOUBT: Condition = {
  in: 'nearest',
  // With a spinner in it the row would have been understood, were it not a quotation.
  row: /^(?!.*[⠁-⣿]).*(?:\(esc to cancel\b|\((?:\d+[hms] ?)+ · .*\b(?:esc|tokens)\b)|^ {0,4}(?:\[API Error: |Compressing chat history$)/u,
};

/** A prompt that nobody has answered: it was sent a moment ago, or what came back is not to be seen. */
const UNANSWERED: Condition = { in: 'lastWord', firstRow: /^(?: {0,2}|│ {1,2})> (?!\/)\S/u };

export const idleRules: Rules = [
  {
    id: 'prompt-empty',
    state: 'idle',
    in: 'input',
    all: [...LIVE, EMPTY],
    none: [...NOT_LIVE, DOUBT, UNANSWERED],
  },
  {
    // Other words in the placeholder's colour: a suggestion for the next prompt, vim's mode, another language.
    id: 'prompt-with-ghost',
    state: 'idle',
    in: 'input',
    all: [...LIVE, { text: /^(?:│ )?[>*][ │\u200b]*$/u, withoutGhost: true }],
    none: [...NOT_LIVE, DOUBT, UNANSWERED],
  },
];
