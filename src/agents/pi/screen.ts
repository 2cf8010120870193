import type { ProfileInput } from '../../model/profile.ts';

/**
 * A rule over the whole width. It may carry how much of a long text is out of sight, `─── ↑ 3 more ───`, and since 0.87 the spinner,
 * `── ⠇ Working ───`. Rules that the model writes stand one column to the right.
 */
const RULE = /^──.*──$/u;
const EMPTY_RULE = /^─+$/u;
const SPINNER = /^ ?[\u2800-\u28ff] \S/u;
/** Anything in the upper rule but how much is out of sight. */
const LABEL = /^─{2,} *[^─↑↓ ]/u;
/** Use of the context: `0.6%/200k (auto)`, after a compaction `?/200k`. */
const STATS = /(?:\d%|\?)\/\d/u;

/**
 * pi prints into the ordinary screen: conversation, spinner, input, footer follow one another, and blank rows may be left below.
 * The input is what stands between the last two rules. It has no glyph of its own; pickers and questions take its place between the
 * same rules, and a `!` command has a pair of rules above it.
 */
export const regions: ProfileInput['regions'] = {
  editor: { from: { last: RULE, nth: 2 }, to: { last: RULE } },
  /** Exists only while something stands between the rules. */
  content: { after: { last: RULE, nth: 2 }, before: { last: RULE } },
  upperRule: { within: 'editor', firstRows: 1 },
  above: { before: { region: 'editor' } },
  footer: { after: { last: RULE } },
  /** The last paragraph above the input. */
  lastParagraph: { within: 'above', after: { last: /^$/u, orEdge: true } },
  /** A `!` command that runs: its spinner, and the rule that closes it. */
  command: { within: 'above', lastRows: 2 },
  /** The last word of pi itself may be followed by advice in further paragraphs. */
  lastWords: { within: 'above', lastRows: 8 },
};

/** The keys that pickers and questions explain; `(1/12)` counts the entries of a long list. */
const KEYS =
  /\b(?:esc|escape)(?:\/ctrl\+c)? (?:to )?cancel\b|↑↓ navigate|\benter (?:select|submit|to select)\b|\b[Tt]ype to search\b| \(\d+\/\d+\)/u;
const CHOSEN = /^ {0,2}[→›❯>▸●] \S/u;
const CHOICE = [{ text: KEYS }, { row: CHOSEN }];
/** The spinner's row or, from 0.87 on, the rule with the spinner in it. */
const COMPACTING =
  /^(?:─+ )?(?:\S )?(?:Context overflow detected, )?(?:Auto-c|C)ompacting(?: \w+)?\.{3}(?: \(| ─|$)/u;
const RETRYING = /^(?:─+ )?(?:\S )?Retrying \(?\d/u;
const CANCEL = /\((?:esc|escape)(?:\/ctrl\+c)? to (?:cancel|interrupt)\)/u;

/** pi paints its errors; the same word in an answer has the default colour, so the colours are asked for only where it stands. */
const ERROR = /^ Error: (?!Compaction failed: Nothing to compact)/u;
/** pi's last screen stays above the prompt of the shell that it returned to. */
const SHELL_PROMPT = /[$#%❯»>]$/u;
const NO_CONTEXT = /%\/0(?: |$)/u;
const NO_KEY = /^ Error: No (?:API key|models?)\b/u;

export const rules: ProfileInput['rules'] = [
  {
    // 0.79 and later, in a folder that has pi settings of its own. Nothing else of pi is drawn yet.
    id: 'trust',
    state: 'setup',
    in: 'content',
    all: [{ text: /\btrust\b/iu }, { row: CHOSEN }],
    none: [{ in: 'footer', row: STATS }],
  },
  {
    id: 'login',
    state: 'setup',
    in: 'content',
    all: [
      {
        text: /^(?:Select (?:authentication method|(?:a )?provider to (?:log ?in|configure))|Login to )|\bskip setup\b/u,
      },
    ],
    any: CHOICE,
  },
  {
    // pi asks no leave by itself; extensions do, in its own dialog.
    id: 'extension-asks-leave',
    state: 'approval',
    in: 'content',
    all: [
      { text: /\b(?:allow|permission|approve|dangerous)\b/iu },
      { row: /^ {0,2}[→›❯>▸●] (?:\d\. )?(?:yes|allow|approve)\b/iu },
    ],
  },
  { id: 'choice', state: 'question', in: 'content', all: [{ text: KEYS }] },
  {
    // Its keys may be told in other words: an entry is marked, and the cursor is in a search field or nowhere.
    id: 'choice-by-glyph',
    state: 'question',
    in: 'content',
    all: [{ row: CHOSEN }, { height: { min: 2 } }],
    any: [{ cursorInside: false }, { beforeCursor: /^ ?>/u }],
  },
  {
    id: 'compacting',
    state: 'compacting',
    in: 'editor',
    any: [
      { in: 'lastParagraph', text: COMPACTING },
      { in: 'upperRule', row: COMPACTING },
    ],
  },
  {
    id: 'retrying',
    state: 'retrying',
    in: 'editor',
    any: [
      { in: 'lastParagraph', text: RETRYING },
      { in: 'upperRule', row: RETRYING },
    ],
  },
  {
    id: 'spinner',
    state: 'busy',
    in: 'editor',
    any: [
      { in: 'lastParagraph', row: SPINNER },
      { in: 'lastParagraph', text: /^(?:\S )?Working\.\.\./u },
      { in: 'lastParagraph', text: CANCEL },
      { in: 'upperRule', row: LABEL },
    ],
  },
  {
    id: 'spinner-of-command',
    state: 'busy',
    in: 'command',
    all: [{ lastRow: RULE }],
    any: [{ firstRow: SPINNER }, { firstRow: CANCEL }],
  },
  {
    id: 'typed-text',
    state: 'draft',
    in: 'content',
    all: [
      { in: 'editor', height: { min: 3 } },
      { in: 'footer', row: STATS },
    ],
  },
  {
    // Nobody has logged in: the footer names no model and a context of nothing. What is sent now only fails.
    id: 'no-model',
    state: 'setup',
    in: 'footer',
    absent: ['content'],
    all: [{ row: NO_CONTEXT }, { row: /\s(?:unknown|no-model)$/u }],
  },
  {
    // A subscription's limit: `You have hit your ChatGPT usage limit (plus plan). Try again in ~171 min.`
    id: 'usage-limit',
    state: 'limited',
    in: 'lastParagraph',
    absent: ['content'],
    all: [
      { text: /^Error: .*\busage limit\b/u },
      { firstRow: ERROR },
      { firstRow: ERROR, painted: true },
      { in: 'editor', height: { min: 3, max: 3 } },
    ],
    reset: /[Tt]ry again (in ~?\d+ ?min)/u,
  },
  {
    id: 'error',
    state: 'error',
    in: 'lastParagraph',
    absent: ['content'],
    all: [
      { firstRow: ERROR },
      { firstRow: ERROR, painted: true },
      { in: 'editor', height: { min: 3, max: 3 } },
    ],
  },
  {
    id: 'no-key',
    state: 'error',
    in: 'lastWords',
    absent: ['content'],
    all: [{ row: NO_KEY }, { row: NO_KEY, painted: true }, { in: 'editor', height: { min: 3, max: 3 } }],
  },
  {
    id: 'empty-input',
    state: 'idle',
    in: 'editor',
    absent: ['content'],
    all: [
      { height: { min: 3, max: 3 }, firstRow: EMPTY_RULE, lastRow: EMPTY_RULE },
      { in: 'footer', row: STATS, height: { max: 6 } },
    ],
    none: [
      { in: 'footer', row: NO_CONTEXT },
      { in: 'footer', lastRow: SHELL_PROMPT },
      { in: 'footer', row: CHOSEN },
      { in: 'footer', text: KEYS },
    ],
  },
];
