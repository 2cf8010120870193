import type { ProfileInput } from '../../model/profile.ts';

export const codex: ProfileInput = {
  name: 'codex',
  title: 'Codex',
  processes: [{ program: /^codex$/u }],
};
