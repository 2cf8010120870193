import type { ProfileInput } from '../../model/profile.ts';

export const claude: ProfileInput = {
  name: 'claude',
  title: 'Claude',
  processes: [{ program: /^claude$/u }],
};
