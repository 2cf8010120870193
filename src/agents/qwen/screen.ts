import type { ProfileInput } from '../../model/profile.ts';
import { dialogRules, startingRules } from '../gemini/dialogs.ts';
import { draftRules, failureRules, idleRules, LIVE, NOT_LIVE } from '../gemini/prompt.ts';

type Rules = NonNullable<ProfileInput['rules']>;

/**
 * Qwen Code began as a fork of Gemini CLI and still has its prompt box, dialogs and failures. Its status row stands two
 * columns in, as do its messages, which start with a glyph; what a message quotes stands four columns in.
 */
const SPINNER = /^ {0,2}(?:[⠁-⣿]|\.{1,3}|[◐◓◑◒◴◷◶◵]\ufe0e?)(?: +\S|$)/u;
/** `Engage. (5s · esc to cancel)`; a narrow screen has the brackets in a row of their own, 0.5 `(esc to cancel, 5s)`. */
const ELAPSED = /^ {0,2}(?![◆●✦✕>│ ]).*\((?:\d+[hms] ?)+(?: ·|\)|$)/u;
const CANCEL_HINT = /^ {0,2}(?![◆●✦✕>│ ]).*\(esc to cancel, (?:\d|$)/u;
const COMPRESSING = /^ {0,2}(?:[⠁-⣿] +Compress| ?Compressing chat history$)/u;

export const qwenRules: Rules = [
  ...startingRules,
  {
    id: 'compressing',
    state: 'compacting',
    in: 'status',
    all: [...LIVE, { row: COMPRESSING }],
    none: NOT_LIVE,
  },
  {
    // `✕ Rate limit exceeded. Please wait and try again. (Retrying in 5s… (attempt 1/7))`
    id: 'retrying',
    state: 'retrying',
    in: 'failure',
    all: [...LIVE, { text: /\bRetrying in \d+|\battempt \d+\/\d+/u }],
    none: [...NOT_LIVE, { row: /^ {0,2}(?:[✦◆>] |◆\ufe0e)/u }],
  },
  { id: 'spinner', state: 'busy', in: 'status', all: [...LIVE, { row: SPINNER }], none: NOT_LIVE },
  { id: 'elapsed', state: 'busy', in: 'status', all: [...LIVE, { row: ELAPSED }], none: NOT_LIVE },
  { id: 'cancel-hint', state: 'busy', in: 'status', all: [...LIVE, { row: CANCEL_HINT }], none: NOT_LIVE },
  {
    id: 'steer-hint',
    state: 'busy',
    in: 'below',
    all: [...LIVE, { row: /^ {0,2}Enter to steer\b/u }],
    none: NOT_LIVE,
  },
  ...draftRules,
  ...failureRules,
  ...idleRules,
  ...dialogRules,
  // Qwen Code 0.15 takes the prompt box away while it compresses.
  { id: 'compressing-alone', state: 'compacting', in: 'bottom', all: [{ row: COMPRESSING }] },
  {
    id: 'spinner-alone',
    state: 'busy',
    in: 'spinner',
    none: [{ firstRow: /user confirmation/iu }, { row: /^ {0,2}(?:✦ |[╭╰│>])/u }],
  },
];
