import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { ArgumentSchema, type RestrictedField, VariablesSchema } from './restricted-field.ts';

const Name = z.string().regex(new RegExp(NAME_SOURCE), 'lower case letters, digits, - and _, at most 64');

/** Front matter of `roles/NAME.md`; the Markdown behind it is the briefing. */
export const RoleHeadSchema = z.strictObject({
  name: Name,
  description: z.string().min(1).max(500),
  profile: Name.optional(),
  args: z.array(ArgumentSchema).max(50).default([]),
  permissions: z.enum(['ask', 'plan', 'edits', 'all']).optional(),
  env: VariablesSchema.default({}),
  checkIn: z.string().trim().min(1).max(2_000).optional().describe('what a scheduled check-in tells it'),
});

export type RoleHead = z.infer<typeof RoleHeadSchema>;
export interface Role extends RoleHead {
  briefing: string;
}

/** What a role sets that decides which program runs, and how. In a project's file it counts only when the file is trusted. */
export function findRestrictedInRole({ profile, args, permissions, env }: RoleHead): RestrictedField[] {
  return [
    ...(profile === undefined ? [] : [{ field: 'profile', value: profile }]),
    ...(args.length === 0 ? [] : [{ field: 'args', value: args }]),
    ...(permissions === undefined ? [] : [{ field: 'permissions', value: permissions }]),
    ...(Object.keys(env).length === 0 ? [] : [{ field: 'env', value: env }]),
  ];
}

/** The role without them: who it is and what it is told. */
export function withoutRestrictedInRole({ name, description, checkIn, briefing }: Role): Role {
  return { name, description, args: [], env: {}, checkIn, briefing };
}
