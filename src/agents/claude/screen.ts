import type { ProfileInput } from '../../model/profile.ts';
import {
  AFTER_ERROR,
  ANY_DIALOG,
  APPROVAL,
  APPROVAL_KEYS,
  BARE,
  COUNTER,
  EDGE,
  EMPTY,
  ERROR_ROW,
  HINT,
  LIMIT,
  LIMIT_LINE,
  LIMIT_MENU,
  MENU,
  PLAN,
  PROMPT,
  QUESTION_KEYS,
  RESET,
  SETUP,
  SPINNER,
  THOUGHTS,
  UNANSWERED,
  WRITTEN,
} from './marks.ts';

/*
 * How Claude Code draws, in every version seen from 1.0.100 to 2.1.330: the conversation, then the prompt box,
 * then the footer; a dialog stands in the place of box and footer. Every block of the conversation starts in
 * column 0 with its glyph, and all its other rows are indented: a row in column 0 that starts like a spinner is
 * therefore the spinner, and whatever somebody quotes is not.
 */

export const regions: NonNullable<ProfileInput['regions']> = {
  /** Inside of the prompt box. The prompt stands in the very row behind the edge: a welcome frame and a dialog's rule have the conversation between them. */
  box: { after: { last: EDGE, nth: 2 }, before: { last: EDGE }, startsWith: PROMPT },
  footer: { after: { last: EDGE } },
  /** The conversation, as far as it is on the screen. */
  above: { before: { last: EDGE, nth: 2 } },
  /** The last block of the conversation. Messages that wait in a queue are skipped: 2.0 shows them below the spinner. */
  live: { within: 'above', from: { last: /^(?![❯>] )\S/u } },
  last: { within: 'above', from: { last: /^\S/u } },
  tail: { within: 'above', lastRows: 7 },
  /** The last block that is not a spinner, a "finished" line or the command that 2.1.197 runs by itself at a limit. */
  answer: { within: 'above', from: { last: /^(?![·✢✳✶✻✽*∗] |[❯>] \/rate-limit)\S/u } },
  /** From the last line under an answer that speaks of a limit; its menu may follow. */
  notice: { from: { last: /^\s{0,6}⎿.*(?:\blimit\b|\bcap reached|\bresets?\b|out of .*usage)/iu } },
  /** All that can belong to a dialog, where there is no prompt box. */
  dialog: { lastRows: 26, unless: 'box' },
  /** The lines with a dialog's keys. */
  keys: { lastRows: 3, unless: 'box' },
  /** Last resort where box or prompt are not recognised. */
  lastBlock: { from: { last: /^(?![─▔╌╭╰│])\S/u }, unless: 'box' },
  bottom: { lastRows: 6, unless: 'box' },
};

export const rules: NonNullable<ProfileInput['rules']> = [
  // ctrl+o: the box is not there, and the conversation is shown whole, with whatever it quotes.
  {
    id: 'transcript-view',
    state: 'unknown',
    in: 'keys',
    all: [{ row: /^\s*(?:Showing detailed transcript\b|.*\bctrl\+o to toggle\b)/iu }],
  },
  { id: 'question-keys', state: 'question', in: 'keys', all: [{ text: QUESTION_KEYS }] },
  {
    id: 'question-tabs',
    state: 'question',
    in: 'dialog',
    all: [{ row: /^[←│ ]*[☐☒☑] \S.*(?:✔|→|$)/u }, { row: MENU }],
  },
  { id: 'approval-keys', state: 'approval', in: 'keys', all: [{ text: APPROVAL_KEYS }] },
  {
    id: 'limit-menu',
    state: 'limited',
    in: 'notice',
    all: [{ in: 'dialog', text: LIMIT_MENU }],
    reset: RESET,
  },
  { id: 'limit-menu-alone', state: 'limited', in: 'dialog', all: [{ text: LIMIT_MENU }], reset: RESET },
  { id: 'setup-dialog', state: 'setup', in: 'dialog', all: [{ text: SETUP }] },
  {
    id: 'plan-dialog',
    state: 'question',
    in: 'dialog',
    all: [{ text: PLAN }],
    any: [{ row: MENU }, { row: /^[│ ]*\d\. \S/u }],
  },
  { id: 'approval-dialog', state: 'approval', in: 'dialog', all: [{ text: APPROVAL }] },
  // 2.1.330 waits for a 5-hour limit under an ordinary box, and goes on by itself.
  { id: 'limit-footer', state: 'limited', in: 'footer', all: [{ in: 'box' }, { text: LIMIT }], reset: RESET },
  { id: 'limit-bottom', state: 'limited', in: 'bottom', all: [{ text: LIMIT }], reset: RESET },

  {
    id: 'spinner-retrying',
    state: 'retrying',
    in: 'live',
    all: [{ in: 'box' }, { firstRow: /^[·✢✳✶✻✽✺*∗] .*(?:\bretrying in \d|\battempt \d+\/\d+)/iu }],
    // The very first fault shows for an instant while the request is already running again.
    none: [{ firstRow: /^[●⏺❯>]/u }, { firstRow: /\bretrying…(?: · attempt 1\/|$)/iu }],
  },
  // 1.x and 2.0 report the fault under the message, and go on spinning.
  {
    id: 'message-retrying',
    state: 'retrying',
    in: 'tail',
    all: [
      { in: 'box' },
      { in: 'live', firstRow: SPINNER },
      { row: /^\s{2,}.*\bRetrying in \d+ seconds?… ?\(attempt \d+\/\d+\)/u },
    ],
  },
  {
    id: 'spinner-compacting',
    state: 'compacting',
    in: 'live',
    all: [{ in: 'box' }, { firstRow: /^[·✢✳✶✻✽✺*∗] Compacting\b.*(?:…|\()/u }],
  },
  {
    id: 'spinner',
    state: 'busy',
    in: 'live',
    all: [{ in: 'box' }],
    any: [{ firstRow: SPINNER }, { firstRow: COUNTER }],
    none: [{ text: THOUGHTS }],
  },
  // The spinner without a glyph that shows: one blank, or its hint below, tells it from text.
  {
    id: 'spinner-bare',
    state: 'busy',
    in: 'tail',
    all: [{ in: 'box' }],
    any: [{ row: BARE }, { text: HINT }],
  },
  {
    id: 'footer-interrupt',
    state: 'busy',
    in: 'footer',
    all: [{ in: 'box' }, { row: /(?:^|[·⏸⏵(] ?)\s*esc to (?:interrupt\b|[inter]*…)/u }],
  },
  {
    id: 'tool-running',
    state: 'busy',
    in: 'last',
    all: [{ in: 'box' }, { row: /^\s+⎿\s+(?:Running|Waiting|Initializing)…/u }],
  },
  // The turn has ended, but it goes on as soon as the agents in the background are done.
  {
    id: 'background-agents',
    state: 'busy',
    in: 'live',
    all: [
      { in: 'box' },
      { firstRow: /^[·✢✳✶✻✽*] Waiting for \d+ (?:background|dynamic|remote|sub)\S* ?\S* to finish/u },
    ],
  },
  {
    id: 'agents-list',
    state: 'busy',
    in: 'footer',
    all: [{ in: 'box' }, { row: /^\s+[◯○]\s.*\s\d+[hms]$/u }],
  },

  // The limit's own line stands right under the message it answers.
  {
    id: 'limit-message',
    state: 'limited',
    in: 'answer',
    all: [{ in: 'box' }, { firstRow: /^[❯>] /u }, { text: LIMIT_LINE }],
    reset: RESET,
  },
  {
    id: 'error-message',
    state: 'error',
    in: 'answer',
    all: [{ in: 'box' }, { row: ERROR_ROW }],
    // The output of a tool or of a person's own shell command may say the same.
    none: [{ firstRow: /^(?:[●⏺] [\w.-]+\(|!)/u }],
  },
  {
    id: 'error-placeholder',
    state: 'error',
    in: 'box',
    all: [{ firstRow: AFTER_ERROR }, { height: { max: 1 } }],
    // A placeholder, not typed: the cursor stands before it (2.1), or it is dim.
    any: [
      { cursorInside: true, cursorColumn: { max: 2 } },
      { text: EMPTY, withoutGhost: true },
    ],
  },
  // An answer that merely begins with these words is in the default colour.
  {
    id: 'error-block',
    state: 'error',
    in: 'answer',
    all: [
      { in: 'box' },
      { firstRow: /^[●⏺] .{0,40}(?:API Error\b|Please run \/login)/u },
      { firstRow: /API Error|\/login/u, painted: true },
    ],
  },
  {
    id: 'not-logged-in',
    state: 'error',
    in: 'footer',
    all: [{ in: 'box', height: { max: 1 }, text: EMPTY }, { row: /\s{3}Not logged in · Run \/login$/u }],
  },

  // A menu where the box should be, or below it: something is asked, whatever it is.
  {
    id: 'unknown-menu',
    state: 'question',
    in: 'dialog',
    any: [{ row: MENU }, { in: 'keys', text: ANY_DIALOG }],
  },
  {
    id: 'menu-below-box',
    state: 'question',
    in: 'footer',
    all: [{ row: MENU }],
    any: [{ text: ANY_DIALOG }, { row: /^[│ ]+\d\. \S/u }],
  },

  {
    id: 'spinner-without-box',
    state: 'busy',
    in: 'lastBlock',
    any: [{ firstRow: SPINNER }, { firstRow: COUNTER }],
  },
  {
    id: 'interrupt-without-box',
    state: 'busy',
    in: 'bottom',
    all: [{ row: /^\s+(?:\S+ .{0,40}· )?esc to interrupt\b/u }],
  },

  // 2.1.197 can leave cells of the progress bar in the box after /compact; the cursor shows that nothing was typed.
  {
    id: 'empty-prompt-stale-bar',
    state: 'idle',
    in: 'box',
    all: [{ text: /^❯ [▰▱█▓▒░]+(?: ?\d{1,3}%)?$/u, cursorInside: true, cursorColumn: { min: 2, max: 2 } }],
    none: [{ in: 'footer', row: /^\S/u }],
  },
  { id: 'typed-cursor', state: 'draft', in: 'box', all: [{ cursorInside: true, beforeCursor: WRITTEN }] },
  // An empty box in another mode than the prompt's: what is pasted there goes to a shell, or into a memory.
  { id: 'other-mode', state: 'draft', in: 'box', all: [{ firstRow: /^(?:│ ?)?[!#&](?: |$)/u }] },
  { id: 'typed', state: 'draft', in: 'box', all: [{ text: WRITTEN }, { text: WRITTEN, withoutGhost: true }] },

  {
    id: 'empty-prompt',
    state: 'idle',
    in: 'box',
    all: [{ height: { max: 1 } }],
    any: [{ text: EMPTY }, { text: EMPTY, withoutGhost: true }],
    none: [
      // Footers are indented; a shell's prompt or the words of an exit are not.
      { in: 'footer', row: /^\S/u },
      { in: 'footer', text: LIMIT },
      // A message without any answer has only just been sent, or what answers it was not understood.
      { in: 'last', text: UNANSWERED },
      // The lines of a limit and of an error that have lost their glyph: nothing else is indented like them.
      { in: 'answer', row: /^\s{4,}.*(?:limit|cap reached|resets?)\b.*(?:resets? |limit)/iu },
      { in: 'answer', row: /^ (?:API Error\b|Please run \/login)/u },
      { in: 'footer', row: MENU },
      { in: 'footer', text: /\bEsc to cancel\b|Enter to \w|interrupt\b|search prompts|history search/iu },
    ],
  },
];
