import type { ProfileInput } from '../../model/profile.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

/** pi's own pickers and the dialogs that its extensions open: `→ Yes`, never numbered. */
const list = {
  in: 'content',
  option: /^ {0,1}(?<mark>[→ ]) (?<label>\S.*)$/u,
  below: /^↑↓ navigate\b/u,
};

export const dialogs: Dialogs = [
  { ...list, id: 'leave', states: ['approval'], approve: /^Yes$/u, deny: /^No$/u },
  { ...list, id: 'question', states: ['question'] },
  {
    ...list,
    id: 'setup',
    states: ['setup'],
    approve: /^Trust \(this session only\)$/u,
    deny: /^Do not trust \(this session only\)$/u,
  },
];
