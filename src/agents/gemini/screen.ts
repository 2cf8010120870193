import type { ProfileInput } from '../../model/profile.ts';
import { dialogRules, startingRules } from './dialogs.ts';
import { draftRules, failureRules, idleRules, LIVE, NOT_LIVE } from './prompt.ts';

type Rules = NonNullable<ProfileInput['rules']>;

/** The spinner's row stands at the left edge (0.1 to 0.2x) or one column in; quotations of it are indented further. */
const SPINNER = /^ ?[⠁-⣿](?: +\S|$)/u;
const COMPRESSING = /^ {0,2}(?:[⠁-⣿] +Compress|Compressing chat history$)/u;
/** The same row without its spinner; a narrow screen has these words in a row of their own. */
const CANCEL_HINT = /^(?! ?[✦✕ℹ⚠│>]) ?(?=\S).*\(esc to cancel, (?:\d|$)/u;
const INDENTED_CANCEL_HINT = /^ {0,2}\S.*\(esc to cancel, \d+[hms][^)]*\)(?: +\? for shortcuts)?$/u;

/**
 * `Trying to reach gemini-2.5-pro (Attempt 2/3)`; from 0.34 on, unless errors are shown in full, the same is said as
 * `This is taking a bit longer, we're still on it.`
 */
const RETRYING = /^ ?[⠁-⣿] +.*(?:\bAttempt \d+\/\d+|taking a bit longer)/u;

export const geminiRules: Rules = [
  ...startingRules,
  {
    id: 'compressing',
    state: 'compacting',
    in: 'status',
    all: [...LIVE, { row: COMPRESSING }],
    none: NOT_LIVE,
  },
  { id: 'retrying', state: 'retrying', in: 'status', all: [...LIVE, { row: RETRYING }], none: NOT_LIVE },
  { id: 'spinner', state: 'busy', in: 'status', all: [...LIVE, { row: SPINNER }], none: NOT_LIVE },
  { id: 'cancel-hint', state: 'busy', in: 'status', all: [...LIVE, { row: CANCEL_HINT }], none: NOT_LIVE },
  {
    id: 'cancel-hint-above-rule',
    state: 'busy',
    in: 'aboveRule',
    all: [...LIVE, { row: INDENTED_CANCEL_HINT }],
    none: NOT_LIVE,
  },
  ...draftRules,
  ...failureRules,
  ...idleRules,
  ...dialogRules,
  // Gemini 0.1 takes the prompt box away while it works, 0.10 and 0.34 while they compress.
  { id: 'compressing-alone', state: 'compacting', in: 'bottom', all: [{ row: COMPRESSING }] },
  {
    id: 'spinner-alone',
    state: 'busy',
    in: 'spinner',
    none: [{ firstRow: /user confirmation/iu }, { row: /^ {0,2}(?:✦ |[╭╰│>])/u }],
  },
];
