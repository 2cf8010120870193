import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';

/** Front matter of `roles/NAME.md`; the Markdown behind it is the briefing. */
export const RoleHeadSchema = z.strictObject({
  name: z.string().regex(new RegExp(NAME_SOURCE)),
  description: z.string().min(1).max(500),
  profile: z.string().optional(),
  args: z.array(z.string().max(1_000)).max(50).default([]),
  permissions: z.enum(['ask', 'plan', 'edits', 'all']).optional(),
  env: z.record(z.string(), z.string().max(4_096)).default({}),
});

export type RoleHead = z.infer<typeof RoleHeadSchema>;
export interface Role extends RoleHead {
  briefing: string;
}
