import { z } from 'zod';
import { AgentSchema } from '../model/agent.ts';
import { RoleHeadSchema } from '../model/role.ts';
import { TeamSchema } from '../model/team.ts';
import { Directory, Name } from './fields.ts';
import { defineOperation } from './operation.ts';

const Project = Directory.optional().describe('absolute path of the project whose own files count too');
const InProject = z.strictObject({ directory: Project });
const RoleName = Name.describe('name of the role');
const TeamName = Name.describe('name of the team');
const Entry = z.object({
  name: z.string(),
  description: z.string(),
  source: z.enum(['shipped', 'user', 'project']).describe('whose it is'),
  path: z.string().describe('its file'),
  trusted: z.boolean().describe('whether it may set commands and variables'),
  problem: z.string().nullable().describe('why it cannot be used'),
});
const Outcome = z.object({
  name: z.string(),
  outcome: z.enum(['started', 'already-there', 'failed', 'stopped', 'absent']).describe('what became of it'),
  reason: z.string().nullable().describe('why it failed'),
});
/** As the project's file is not trusted. */
const Refused = z.array(z.string());
const Trusted = z.object({
  path: z.string().describe('the file'),
  hash: z.string().describe('SHA-256 of the file that is trusted'),
  at: z.iso.datetime().describe('since when'),
});

export const roleOperations = [
  defineOperation({
    name: 'role.list',
    summary: 'List roles: shipped, of the user, of the project',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/roles' },
    input: InProject,
    output: z.object({ roles: z.array(Entry) }),
    run: async ({ roles }, { directory }) => ({ roles: roles.list(directory) }),
  }),
  defineOperation({
    name: 'role.get',
    summary: 'Show one role with its briefing',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/roles/{name}' },
    input: InProject.extend({ name: RoleName }),
    output: z.object({
      role: RoleHeadSchema.extend({ briefing: z.string().describe('Markdown') }),
      entry: Entry,
      refused: Refused.describe('fields that were left out'),
    }),
    run: async ({ roles }, { name, directory }) => {
      const { value, entry, refused } = roles.get(name, directory);
      return { role: value, entry, refused: [...refused] };
    },
  }),
  defineOperation({
    name: 'role.create',
    summary: 'Write a new role of your own, empty or as a copy of another',
    ...{ scope: 'admin', effect: 'write', method: 'POST', path: '/roles' },
    input: z.strictObject({
      name: RoleName,
      from: Name.optional().describe('role that it is a copy of'),
      directory: Project,
    }),
    output: z.object({ path: z.string().describe('its file') }),
    run: async ({ roles }, { name, from, directory }) => ({ path: roles.create(name, { from, directory }) }),
  }),
] as const;

export const teamOperations = [
  defineOperation({
    name: 'team.list',
    summary: 'List teams: shipped, of the user, of the project',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/teams' },
    input: InProject,
    output: z.object({ teams: z.array(Entry) }),
    run: async ({ teams }, { directory }) => ({ teams: teams.list(directory) }),
  }),
  defineOperation({
    name: 'team.get',
    summary: 'Show one team as it is defined',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/teams/{name}' },
    input: InProject.extend({ name: TeamName }),
    output: z.object({
      team: TeamSchema,
      entry: Entry,
      refused: Refused.describe('fields that do not count'),
    }),
    run: async ({ teams }, { name, directory }) => {
      const { value, entry, refused } = teams.get(name, directory);
      return { team: value, entry, refused: [...refused] };
    },
  }),
  defineOperation({
    name: 'team.status',
    summary: 'What the members of a team are doing',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/teams/{name}/status' },
    input: InProject.extend({ name: TeamName }),
    output: z.object({
      members: z.array(
        z.object({
          name: z.string(),
          role: z.string().nullable(),
          lead: z.boolean().describe('whether it leads'),
          agent: AgentSchema.nullable(),
        }),
      ),
    }),
    run: async ({ teams }, { name, directory }) => ({ members: teams.status(name, directory) }),
  }),
  defineOperation({
    name: 'team.up',
    summary: 'Start the members of a team that are not there',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/teams/{name}/up' },
    input: z.strictObject({
      name: TeamName,
      directory: Directory.describe('absolute path of the directory that its members work in'),
      worktrees: z.boolean().default(false).describe('a git worktree for each member'),
    }),
    output: z.object({ members: z.array(Outcome) }),
    run: async ({ teams, notices }, { name, directory, worktrees }, { sender }) => {
      const members = await teams.up(name, { directory, worktrees }, sender);
      notices.reopenTeam(name);
      return { members };
    },
  }),
  defineOperation({
    name: 'team.down',
    summary: 'Stop the members of a team; worktrees are kept unless asked, and dirty ones always',
    ...{ scope: 'control', effect: 'destructive', method: 'POST', path: '/teams/{name}/down' },
    input: z.strictObject({
      name: TeamName,
      directory: Project,
      force: z.boolean().default(false).describe('end them at once, without asking them to leave'),
      worktrees: z.boolean().default(false).describe('remove their git worktrees too, where they are clean'),
    }),
    output: z.object({ members: z.array(Outcome) }),
    run: async ({ teams }, { name, directory, force, worktrees }) => ({
      members: await teams.down(name, { directory, force, worktrees }),
    }),
  }),
] as const;

export const trustOperations = [
  defineOperation({
    name: 'trust.list',
    summary: 'List files of projects that may set commands and variables',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/trust' },
    input: z.strictObject({}),
    output: z.object({ files: z.array(Trusted) }),
    run: async ({ trust }) => ({ files: trust.list() }),
  }),
  defineOperation({
    name: 'trust.add',
    summary: "Trust a project's role or team file as it is now",
    ...{ scope: 'admin', effect: 'write', method: 'POST', path: '/trust' },
    input: z.strictObject({
      path: Directory.describe('absolute path of the file'),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal digits')
        .optional()
        .describe('of the file as it was looked at: a file that changed since is refused'),
    }),
    output: Trusted,
    run: async ({ trust }, { path, hash }, { sender }) => trust.add(path, { hash }, sender),
  }),
  defineOperation({
    name: 'trust.remove',
    summary: 'Trust a file no longer',
    ...{ scope: 'admin', effect: 'destructive', method: 'POST', path: '/trust/remove' },
    input: z.strictObject({ path: Directory.describe('absolute path of the file') }),
    output: Trusted,
    run: async ({ trust }, { path }) => trust.remove(path),
  }),
] as const;
