import type { ProfileInput } from '../../model/profile.ts';

export const qwen: ProfileInput = {
  name: 'qwen',
  title: 'Qwen',
  processes: [{ program: /^qwen$/u }],
};
