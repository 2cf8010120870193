import { type Profile, ProfileSchema } from '../model/profile.ts';
import { claude } from './claude/profile.ts';
import { codex } from './codex/profile.ts';
import { copilot } from './copilot/profile.ts';
import { gemini } from './gemini/profile.ts';
import { opencode } from './opencode/profile.ts';
import { pi } from './pi/profile.ts';
import { qwen } from './qwen/profile.ts';
import { standIn } from './stand-in/profile.ts';

/** The profiles that come with the program, in the order in which they are tried on a process. */
export const BUILT_IN_PROFILES: readonly Profile[] = [
  claude,
  codex,
  gemini,
  opencode,
  qwen,
  copilot,
  pi,
  standIn,
].map((profile) => ProfileSchema.parse(profile));
