import { basename, resolve } from 'node:path';
import { cleanLine } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import type { Team } from '../model/team.ts';
import type { OutputOf } from '../operations/routes.ts';
import { needsYou, noteOf } from './agent-note.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';
import { describeRefused, layPath, layShelf } from './shelf-list.ts';
import { showValue } from './shown-value.ts';

export async function listTeams(context: Context, directory: string): Promise<void> {
  const { teams } = await openClient(context).call('team.list', { directory: resolve(directory) });
  context.output.print({ teams }, () => layShelf(teams));
}

export async function showTeam(context: Context, name: string, directory: string): Promise<void> {
  const found = await openClient(context).call('team.get', { name, directory: resolve(directory) });
  const head = (): [string, string][] => [['file', layPath(found.entry, context.home)]];
  context.output.print(found, () => layTeam(found.team, head()));
  const refused = describeRefused(found.refused, found.entry);
  if (refused !== undefined) context.output.note(refused);
}

function layTeam(team: Team, more: [string, string][] = []): string[] {
  const head: [string, string][] = [
    ['team', team.name],
    ['for', showValue(team.description)],
    ...more,
    ['session', team.session ?? team.name],
    ['restore', team.restore ? 'started again after a reboot' : 'no'],
  ];
  const members = team.members.map(({ name, role, profile, directory, worktree, args, env }) => [
    `  ${name}${name === team.lead ? ' (lead)' : ''}`,
    role ?? 'no role',
    [
      ...(profile === undefined ? [] : [`profile ${profile}`]),
      ...(directory === undefined ? [] : [`in ${showValue(directory)}`]),
      ...(worktree ? ['own worktree'] : []),
      ...(args === undefined || args.length === 0 ? [] : [`args ${showValue(args)}`]),
      ...(env === undefined || Object.keys(env).length === 0 ? [] : [`env ${showValue(env)}`]),
    ].join(', '),
  ]);
  return [...layColumns(head), 'members', ...layColumns(members)];
}

export async function showTeamStatus(context: Context, name: string, directory: string): Promise<void> {
  const { members } = await openClient(context).call('team.status', { name, directory: resolve(directory) });
  const now = Date.now();
  context.output.print({ members }, () => layMembers(members, now));
  const waiting = members
    .filter(({ agent }) => agent !== null && needsYou(agent))
    .map((member) => member.name);
  if (waiting.length > 0) context.output.note(`waiting for a person: ${waiting.join(', ')}`);
}

function layMembers(members: OutputOf<'team.status'>['members'], now: number): string[] {
  return layColumns(
    members.map(({ name, role, lead, agent }) => [
      `${cleanLine(name, 64)}${lead ? ' (lead)' : ''}`,
      cleanLine(role ?? 'no role', 64),
      agent === null ? 'not there' : cleanLine(agent.state, 12),
      agent === null ? '' : formatDuration(now - Date.parse(agent.since)),
      agent === null ? '' : noteOf(agent, now),
    ]),
  );
}

/** Needs no worker. Throws `INVALID` naming file, line and field, `NOT_FOUND`, `REFUSED` for what is no file. */
export async function validateTeam(context: Context, file: string): Promise<void> {
  const [{ readNamedFile }, { parseNamed }, { teamFormat }] = await Promise.all([
    import('../store/safe-read.ts'),
    import('../store/shelf-files.ts'),
    import('../store/team-files.ts'),
  ]);
  const path = resolve(file);
  const name = basename(path).replace(/\.ya?ml$/, '');
  const team = parseNamed(teamFormat, path, readNamedFile(path), name);
  context.output.print({ valid: true, team }, () => layTeam(team));
}
