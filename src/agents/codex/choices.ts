import type { ProfileInput } from '../../model/profile.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

export const choiceRegions: NonNullable<ProfileInput['regions']> = {
  /** From the last message, which may name what is asked about, to the end of the screen. */
  choice: { from: { last: /^(?:[•◦■⚠✔✗✘✓🖐]|›(?! \d+\. ))/u, orEdge: true } },
  /** The same up to 0.39: `? Codex wants to run …`, `• Proposed Command`. */
  barChoice: { from: { last: /^[?•] /u, orEdge: true } },
};

/** `› 1. Yes, proceed (y)`; behind two blanks stands what the option means. */
const numbered = {
  in: 'choice',
  option: /^ {0,2}(?<mark>[› ]) (?<number>\d+)\. (?<label>\S.*?)(?: {2,}\S.*)?$/u,
  below: /^(?:Press enter to |enter (?:continue|confirm|select)\b|tab to add notes\b|.*\besc to interrupt$)/u,
  unless: /^(?:› )?\d+\. \[.\] |\benter to toggle\b/u,
};

export const dialogs: Dialogs = [
  {
    ...numbered,
    id: 'leave',
    states: ['approval'],
    approve: /^Yes, (?:proceed|just this once)(?: \(y\))?$/u,
    deny: /^No, and tell Codex\b/u,
  },
  { ...numbered, id: 'question', states: ['question'] },
  // Trust is kept for good: nothing there is allowed once.
  {
    ...numbered,
    id: 'setup',
    states: ['setup'],
    top: /^> You are /u,
    deny: /^(?:No, quit$|Continue without trusting\b)/u,
  },
  {
    // Up to 0.39 the options stand beside each other behind a bar; what is not selected is dim.
    id: 'bar-leave',
    in: 'barChoice',
    states: ['approval'],
    option:
      /(?<=^▌ (?=Yes {3}(?:Always {3})?No, provide feedback$).*)(?<label>(?<mark>Yes|Always|No, provide feedback))(?= {2}|$)/u,
    inRow: true,
    selectedBy: 'colour',
    below: /^(?:Approve and |Run the command|Do not )/u,
    back: 'Left',
    on: 'Right',
    approve: /^Yes$/u,
    deny: /^No, provide feedback$/u,
  },
];
