import type { ProfileInput } from '../../model/profile.ts';

export const copilot: ProfileInput = {
  name: 'copilot',
  title: 'Copilot',
  processes: [{ program: /^copilot$/u }],
};
