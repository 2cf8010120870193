import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { EscalationSchema } from './escalation.ts';
import { RestartOverrideSchema } from './restart-policy.ts';
import { ArgumentSchema, type RestrictedField, VariablesSchema } from './restricted-field.ts';

const Name = z.string().regex(new RegExp(NAME_SOURCE), 'lower case letters, digits, - and _, at most 64');

const MemberSchema = z.strictObject({
  name: Name,
  role: Name.optional(),
  profile: Name.optional(),
  directory: z
    .string()
    .min(1)
    .max(4_096)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'holds control characters')
    .optional()
    .describe('absolute, or below the directory the team is started in'),
  worktree: z.boolean().optional().describe('its own git worktree'),
  brief: z.string().max(32_768).optional(),
  args: z.array(ArgumentSchema).max(50).optional(),
  env: VariablesSchema.optional(),
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
    escalation: EscalationSchema.prefault({ enabled: true }),
    restore: z.boolean().default(false),
  })
  .check((context) => {
    const names = context.value.members.map((member) => member.name);
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) === i) continue;
      const message = `${name} is there twice`;
      context.issues.push({ code: 'custom', input: name, path: ['members', i, 'name'], message });
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

/** What people may have misspelt. */
export const TEAM_KEYS: readonly string[] = [
  ...Object.keys(TeamSchema.shape),
  ...Object.keys(MemberSchema.shape),
];

/**
 * What a team sets that decides which program runs, and how and where. In a project's file it counts only when the file is trusted.
 * A directory outside the project is one of them: the CLI would take settings, and commands with them, from there.
 */
export function findRestrictedInTeam({ members }: Team): RestrictedField[] {
  return members.flatMap((member, i) =>
    findRestrictedInMember(member).map(({ field, value }) => ({ field: `members.${i}.${field}`, value })),
  );
}

/** The same for one member, with fields as they are called in it. */
export function findRestrictedInMember({ profile, directory, args, env }: TeamMember): RestrictedField[] {
  return [
    ...(profile === undefined ? [] : [{ field: 'profile', value: profile }]),
    ...(directory?.startsWith('/') ? [{ field: 'directory', value: directory }] : []),
    ...(args === undefined || args.length === 0 ? [] : [{ field: 'args', value: args }]),
    ...(env === undefined || Object.keys(env).length === 0 ? [] : [{ field: 'env', value: env }]),
  ];
}

/** What a member is told of its team, with its own brief behind that. */
export function composeBrief(team: Team, member: TeamMember): string {
  const lines = team.members.map(({ name, role }) => {
    const marks = [
      role ?? 'no role',
      ...(name === team.lead ? ['lead'] : []),
      ...(name === member.name ? ['you'] : []),
    ];
    return `- ${name} (${marks.join(', ')})`;
  });
  const head = `You are ${member.name} in the team ${team.name}: ${team.description}`;
  const chain = member.name === team.lead ? 'You lead it.' : `${team.lead} leads it; report to ${team.lead}.`;
  return [head, chain, 'Members:', ...lines, ...(member.brief === undefined ? [] : ['', member.brief])].join(
    '\n',
  );
}
