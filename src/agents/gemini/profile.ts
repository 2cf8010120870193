import type { ProfileInput } from '../../model/profile.ts';

export const gemini: ProfileInput = {
  name: 'gemini',
  title: 'Gemini',
  processes: [{ program: /^gemini$/u }],
};
