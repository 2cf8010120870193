import type { ProfileInput } from '../../model/profile.ts';
import { GONE } from '../gemini/choices.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

export const choiceRegions: NonNullable<ProfileInput['regions']> = {
  /** The last frame or, from 0.21 on, where tools ask without one, the last tool that asks. */
  choice: { from: { last: /^ {0,3}(?:[╭┌]─{8}|\? \S)/u, orEdge: true } },
};

/** `› 1. Yes, allow once`; 0.5 had `●` still, questions have `❯`. */
const numbered = {
  in: 'choice',
  top: /^ {0,3}(?:[╭┌╰└]─{8}|\? \S)/u,
  option: /^ {0,3}(?:│ )?(?<mark>[●›❯ ])\ufe0e? (?<number>\d+)\. {1,2}(?<label>\S.*)$/u,
  below:
    /^(?:\(Use Enter to|Press ctrl-s to|[⠁-⣿] Waiting for user confirmation|↑\/↓: Navigate\b|Enter: |Cancel$|Terms of Services?\b|https?:\/\/|Note: To disable loop detection|"?model\.skipLoopDetection|your settings\.json)/u,
  more: /^[ │]*[▲▼]$/u,
  unless: new RegExp(
    String.raw`${GONE.source}|\bTab to (?:change|configure)\b|\bSpace: Toggle\b|\[.\] \d+\. `,
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
