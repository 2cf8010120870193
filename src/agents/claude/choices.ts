import type { ProfileInput } from '../../model/profile.ts';
import { EDGE } from './marks.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

export const choiceRegions: NonNullable<ProfileInput['regions']> = {
  /** The whole screen: a preview of what is asked may fill it. */
  choice: { unless: 'box' },
};

/** The upper edge of a dialog; 2.1.330 puts plans into a panel of its own, with further rules in it. */
const TOP = new RegExp(`${EDGE.source}|^▔{8}`, 'u');

/** Rows of keys, the code by which the look is chosen, and what 2.1.19 offers without a number. */
const BELOW =
  /^(?:Enter to (?:confirm|select|submit)|Esc to (?:cancel|exit|go back)|focus, Esc|ctrl\+g to edit|Chat about this$|Syntax theme:|\d+ \S|.*(?:· Esc to cancel|Tab to (?:amend|add additional\b.*)|ctrl\+e to explain)$)/u;

/** Boxes to tick: Enter ticks them, and another row sends. */
const UNLESS = /^(?:❯ )?\d+\. \[.\] /u;

const shared = { in: 'choice', top: TOP, below: BELOW, unless: UNLESS };

/** `❯ 1. Yes`, in 1.x and 2.0 within a frame. A list longer than its window has arrows in place of the mark at its ends. */
const numbered = {
  ...shared,
  option: /^(?:│ | {0,4})(?:(?<mark>❯)|[ ↑↓]) (?<number>\d+)\. (?<label>\S.*)$/u,
  more: /^[│ ]*[↑↓] \d+\. /u,
};

/** 2.1.330 leaves the numbers out where it sets something up, and ticks what is set now. */
const unnumbered = { ...shared, option: /^ {1,4}(?<mark>[❯ ]) (?!\d+\.(?: |$))(?<label>[^\s✔❯].*)$/u };
const ticked = { ...shared, option: /^ {1,4}(?<mark>[❯ ]) (?:✔ | {2})(?!\d+\.(?: |$))(?<label>\S.*)$/u };

const DENY = /^No(?:$|, and tell Claude\b|, exit$| \(recommended\)$)/u;
/** Trust and settings are kept for good: nothing there is allowed once. */
const SETUP_DENY = /^(?:No, exit|No \(recommended\)|Continue without using this MCP server)$/u;

export const dialogs: Dialogs = [
  { ...numbered, id: 'leave', states: ['approval'], approve: /^Yes$/u, deny: DENY },
  { ...numbered, id: 'question', states: ['question'] },
  { ...numbered, id: 'setup', states: ['setup'], deny: SETUP_DENY },
  { ...unnumbered, id: 'setup-unnumbered', states: ['setup'], deny: SETUP_DENY },
  { ...ticked, id: 'setup-ticked', states: ['setup'] },
];
