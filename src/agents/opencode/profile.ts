import type { ProfileInput } from '../../model/profile.ts';

export const opencode: ProfileInput = {
  name: 'opencode',
  title: 'Opencode',
  processes: [{ program: /^opencode$/u }],
};
