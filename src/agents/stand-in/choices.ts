import type { ProfileInput } from '../../model/profile.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

const numbered = {
  in: 'dialog',
  option: /^(?<mark>[» ]) (?<number>\d+)\. (?<label>\S.*)$/u,
  below: /^Enter to select\b/u,
};

export const dialogs: Dialogs = [
  { ...numbered, id: 'leave', states: ['approval'], approve: /^Yes$/u, deny: /^No$/u },
  { ...numbered, id: 'question', states: ['question'] },
  { ...numbered, id: 'setup', states: ['setup'], deny: /^No, exit$/u },
];
