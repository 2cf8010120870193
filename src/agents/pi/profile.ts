import type { ProfileInput } from '../../model/profile.ts';

export const pi: ProfileInput = {
  name: 'pi',
  title: 'Pi',
  processes: [{ program: /^pi$/u }],
};
