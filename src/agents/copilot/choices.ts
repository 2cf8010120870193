import type { ProfileInput } from '../../model/profile.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

/** The row of keys, wrapped where it is narrow. */
const KEYS =
  /^(?:↑\/?↓ (?:to )?(?:navigate|select)\b|Confirm with number keys\b|with Esc$|enter to select|esc to cancel)/iu;

/** `❯ 1. Yes` in a frame. In a narrow one the others stand a column further left. */
const numbered = {
  in: 'dialog',
  top: /^ {0,2}╭─{8}/u,
  option: /^ {0,2}│ (?:(?<mark>❯) | {1,2})(?<number>\d+)\. (?<label>\S.*)$/u,
  below: KEYS,
};

export const dialogs: Dialogs = [
  {
    ...numbered,
    id: 'leave',
    states: ['approval'],
    approve: /^Yes$/u,
    deny: /^No, and tell Copilot\b/u,
  },
  { ...numbered, id: 'question', states: ['question'] },
  // `Yes` is for this session; the one below it for good.
  { ...numbered, id: 'trust', states: ['setup'], approve: /^Yes$/u, deny: /^No \(Esc\)$/u },
  {
    // Questions of 1.0.102 stand between the rules of the input.
    id: 'question-unnumbered',
    in: 'box',
    states: ['question'],
    option: /^ {1,2}(?<mark>[❯ ]) (?<label>\S.*)$/u,
    below: KEYS,
  },
];
