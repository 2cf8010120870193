import type { ProfileInput } from '../../model/profile.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

/** A prompt, a message or a running spinner below: the list was answered long ago and only still stands there. */
export const GONE = /^[>!*] |Type your message|^[✦◆✕ℹ]\ufe0e? |\(esc to cancel, \d/u;

const FRAME = /^ {0,3}[╭┌]─{8}/u;

export const choiceRegions: NonNullable<ProfileInput['regions']> = {
  /** The last frame; one that is taller than the screen has lost its upper edge. What stands below it does not belong to it. */
  choice: { from: { last: FRAME, orEdge: true } },
};

/** `│ ● 1. Yes, allow once`. A list longer than its window stands between `▲` and `▼`. */
const numbered = {
  in: 'choice',
  top: /^ {0,3}[╭┌╰└]─{8}/u,
  option: /^ {0,3}│ {1,3}(?<mark>[● ])\ufe0e? (?<number>\d+)\. {1,2}(?<label>\S.*)$/u,
  below:
    /^(?:\(?Use Enter to|option to use it|Existing API key detected|Terms of Services?\b|https?:\/\/|(?:cy|vacy)\.md|Enter to select\b|Note: To disable loop detection|"?model\.skipLoopDetection|your settings\.json)/u,
  more: /^[ │]*[▲▼]$/u,
  // Enter changes a setting, and Tab decides in which of two lists.
  unless: new RegExp(
    String.raw`${GONE.source}|\bTab to (?:change|configure)\b|^Apply To$|^(?:● )?\d+\. +\[.\] `,
    'u',
  ),
};

export const dialogs: Dialogs = [
  {
    ...numbered,
    id: 'leave',
    states: ['approval'],
    approve: /^(?:Yes, allow once|Allow once)$/u,
    deny: /^No, suggest changes\b/u,
  },
  { ...numbered, id: 'question', states: ['question'] },
  // Trust is kept for good: nothing there is allowed once.
  { ...numbered, id: 'setup', states: ['setup'], deny: /^Don't trust\b/u },
];
