import type { ProfileInput } from '../../model/profile.ts';

/** The lower edge of the input; every version since 1.0 closes the prompt with it, and no dialog has it. */
const EDGE = /^\s*╹▀{20,}/u;
/** The edge but for its last column, where 1.2 has the scroll bar of the conversation. */
const WIDTH = /^\s*╹▀{20,}(?=▀)/u;
/** A row outside a barred block. The start screen centres its input, so the bar may stand far to the right. */
const NO_BAR = /^(?!\s*┃)/u;
/** The mark under each answer: `▣  Build · model · 2.5s`. */
const MARK = /^\s*▣/u;

/**
 * The live part of the screen is the last thing on it: the input with its footer below, or the panel that stands in its place.
 * A side bar right of the conversation (from 120 columns on) is cut off at the width of the input's edge.
 */
export const regions: ProfileInput['regions'] = {
  frame: { to: { last: EDGE }, widthOf: WIDTH },
  above: { within: 'frame', before: { last: EDGE } },
  /** The input with the row of agent and model; a menu of commands or files hangs above it with bars on both sides. */
  box: { within: 'above', after: { last: NO_BAR, orEdge: true } },
  /** The rows for text: the box without the row of agent and model, which is its last. */
  text: { within: 'box', before: { last: /┃\s+\S/u } },
  footer: { after: { last: EDGE } },
  /** What replaces the input and its footer: barred rows down to the end of the screen. */
  panel: { after: { last: /^(?! {0,3}┃)/u } },
  conversation: { within: 'above', before: { region: 'box' } },
  /** The mark of the last answer; nothing but a scroll bar may follow. */
  mark: { within: 'conversation', from: { last: MARK } },
  answer: { within: 'conversation', before: { last: MARK } },
  /** A barred block right above the mark, and what is above that block. */
  lastBlock: { within: 'answer', after: { last: NO_BAR } },
  beforeLastBlock: { within: 'answer', before: { region: 'lastBlock' } },
};

/** Spinner squares, or what a terminal without animation shows in their place. */
const SQUARES = /^\s*(?:[⬝■]{3}|\[⋯\])/u;
const INTERRUPT = /\binterrupt\b/u;
/** 1.18 keeps a retry in the spinner's row, written over the squares where the row is too narrow: `⬝⬝This■request would…`. */
const SQUARES_AND_MESSAGE = /^\s*[⬝■][⬝■\s]*(?!\S+ (?:again )?(?:to )?interrupt)[^\s⬝■]/u;
const RETRYING = /\[?retrying (?:in|attempt)\b|\battempt #\d/u;
const FILLED = /┃\s+[^\s┃]/u;
const AT_START = /^\s*┃\s*$/u;
const PLACEHOLDER = /^(?:┃ )+Ask anything(?:…|\.{3}) "[^"]*"(?: ┃)*$/u;
/** Key hints at the footer's right; a narrow screen wraps them but keeps every word. */
const HINTS = /\bcommands\b|\btab agents\b/u;

export const rules: ProfileInput['rules'] = [
  {
    // A picker floats over everything, its search field has the cursor; a heading with `esc` at its right end opens it.
    id: 'connect-provider',
    state: 'setup',
    in: 'screen',
    all: [{ row: /^\s+(?:Connect a|Connect|Add a?) ?provider\s{3,}esc\b/u }],
    none: [{ in: 'box', cursorInside: true }],
  },
  {
    id: 'picker',
    state: 'question',
    in: 'screen',
    absent: ['panel'],
    all: [{ row: /\s{3}[A-Z][\w ]*\s{3,}esc(?:\s|$)/u }],
    none: [{ in: 'box', cursorInside: true }],
  },
  {
    id: 'permission',
    state: 'approval',
    in: 'panel',
    any: [
      { row: /^ {0,3}┃ {1,3}△/u },
      { text: /┃ Allow once Allow always Reject\b|┃ Confirm Cancel\b/u },
      { text: /┃ (?:Permission required|Always allow|Reject permission)\b/u },
    ],
  },
  {
    id: 'question',
    state: 'question',
    in: 'panel',
    any: [{ text: /\besc dismiss\b|↑↓ select\b|\benter (?:submit|toggle)\b/u }, { text: /┃ 1\. .*┃ 2\. /u }],
  },
  {
    // Buttons that a newer version may have renamed.
    id: 'panel-with-choice',
    state: 'approval',
    in: 'panel',
    any: [{ text: /⇆ select\b|\benter confirm\b/u }],
  },
  {
    // Summarising has the spinner of any other turn; its mark tells it.
    id: 'compacting',
    state: 'compacting',
    in: 'footer',
    all: [{ in: 'mark', firstRow: /^\s*▣\s+Compaction\b/u }],
    any: [{ row: SQUARES }, { text: INTERRUPT }],
    none: [{ in: 'mark', firstRow: /·.*·/u }, { text: RETRYING }],
  },
  {
    id: 'usage-limit-retry',
    state: 'limited',
    in: 'footer',
    all: [{ text: /\busage limit\b/iu }],
    any: [{ text: RETRYING }, { row: SQUARES_AND_MESSAGE }],
    reset: /retrying (in (?:~?\d+ ?[dhms][a-z]* ?)+)/u,
  },
  {
    id: 'retry-in-footer',
    state: 'retrying',
    in: 'footer',
    any: [{ text: RETRYING }, { row: SQUARES_AND_MESSAGE }],
  },
  {
    id: 'spinner-in-footer',
    state: 'busy',
    in: 'footer',
    any: [{ row: SQUARES }, { text: INTERRUPT }],
  },
  {
    // What is pasted here runs as a shell command.
    id: 'shell-mode',
    state: 'draft',
    in: 'box',
    any: [{ lastRow: /┃\s+Shell$/u }, { in: 'footer', text: /\bshell mode\b/u }],
  },
  {
    id: 'placeholder',
    state: 'idle',
    in: 'text',
    absent: ['panel'],
    all: [
      { text: PLACEHOLDER },
      { beforeCursor: AT_START },
      { in: 'box', lastRow: FILLED },
      { in: 'footer', text: HINTS },
    ],
    none: [{ in: 'footer', text: /\besc\b/u }],
  },
  {
    // A placeholder in other words is told by its colour, and by the cursor before it.
    id: 'ghost-text',
    state: 'idle',
    in: 'text',
    absent: ['panel', 'mark'],
    all: [
      { row: FILLED },
      { beforeCursor: AT_START },
      { in: 'box', lastRow: FILLED },
      { in: 'footer', text: HINTS },
    ],
    none: [
      { in: 'footer', text: /\besc\b/u },
      { row: FILLED, withoutGhost: true },
    ],
  },
  { id: 'typed-text', state: 'draft', in: 'text', all: [{ row: FILLED }] },
  {
    // A failed turn: the message in a block of its own under the prompt's block, and a mark without a duration.
    id: 'error-block',
    state: 'error',
    in: 'lastBlock',
    absent: ['panel'],
    all: [
      { in: 'beforeLastBlock', lastRow: /^\s*┃/u },
      { in: 'mark', firstRow: /^\s*▣[^·]*·[^·]*$/u },
      { in: 'footer', text: HINTS },
    ],
    none: [{ row: /^\s*┃\s+(?:[$#→←✱⚙%◇│]|QUEUED$)/u }, { in: 'mark', row: /^ {0,6}[^\s▣█▀▄]/u }],
  },
  {
    id: 'empty-input',
    state: 'idle',
    in: 'text',
    absent: ['panel'],
    all: [{ beforeCursor: AT_START }, { in: 'box', lastRow: FILLED }, { in: 'footer', text: HINTS }],
    none: [{ row: FILLED }, { in: 'footer', text: /\besc\b/u }],
  },
];
