import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { RestartOverrideSchema } from './restart-policy.ts';

const Name = z.string().regex(new RegExp(NAME_SOURCE), 'lower case letters, digits, - and _, at most 64');

const MemberSchema = z.strictObject({
  name: Name,
  role: Name.optional(),
  profile: Name.optional(),
  directory: z.string().optional().describe('absolute, or below the directory the team is started in'),
  worktree: z.boolean().optional().describe('its own git worktree'),
  brief: z.string().max(32_768).optional(),
  args: z.array(z.string()).max(50).optional(),
  env: z.record(z.string(), z.string()).optional(),
  restart: RestartOverrideSchema.optional(),
});

/** `teams/NAME.yaml`. */
export const TeamSchema = z
  .strictObject({
    name: Name,
    description: z.string().min(1).max(500),
    lead: Name.describe('name of the member that leads'),
    session: Name.optional().describe('tmux session; default: the name of the team'),
    members: z.array(MemberSchema).min(1).max(50),
    restart: RestartOverrideSchema.optional(),
    escalation: z.strictObject({ enabled: z.boolean() }).prefault({ enabled: true }),
    restore: z.boolean().default(false),
  })
  .check((context) => {
    const names = context.value.members.map((member) => member.name);
    const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
    if (twice >= 0) {
      context.issues.push({
        code: 'custom',
        input: names[twice],
        path: ['members', twice, 'name'],
        message: `${names[twice]} is there twice`,
      });
    }
    if (!names.includes(context.value.lead)) {
      context.issues.push({
        code: 'custom',
        input: context.value.lead,
        path: ['lead'],
        message: 'must be the name of a member',
      });
    }
  });

export type Team = z.infer<typeof TeamSchema>;
export type TeamMember = Team['members'][number];
