import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { ensureWorktree } from '../host/git-worktree.ts';
import type { RestartOverride } from '../model/restart-policy.ts';
import { composeBrief, findRestrictedInMember, type Team, type TeamMember } from '../model/team.ts';
import type { Found } from '../store/shelf.ts';
import { trustHint } from '../store/shelf-files.ts';
import { resolveMemberDirectory } from '../store/team-files.ts';
import type { TeamRecord, TeamRecords } from '../store/team-records.ts';

/** A team on its way up. */
export interface TeamStart {
  found: Found<Team>;
  record: TeamRecord;
  records: TeamRecords;
  worktrees: boolean;
}

/** What the keeper of agents is asked for. */
export interface MemberStart {
  name: string;
  profile: string | undefined;
  role: string | undefined;
  team: string;
  session: string;
  window: string;
  directory: string;
  /** Where roles of the project are looked for: a member may work below it, or in a worktree beside it. */
  project: string;
  brief: string;
  args: readonly string[] | undefined;
  env: Readonly<Record<string, string>> | undefined;
  restore: boolean;
  restart: RestartOverride | undefined;
}

export interface MemberOutcome {
  name: string;
  outcome: 'started' | 'already-there' | 'failed' | 'stopped' | 'absent';
  /** Why it failed; else what else should be known of it. */
  reason: string | null;
}

/** Throws `REFUSED` for what an untrusted file may not set, `INVALID` for its directory, and what git says of its worktree. */
export async function prepareMember(start: TeamStart, member: TeamMember): Promise<MemberStart> {
  refuseUntrustedMember(start.found, member);
  const { value: team } = start.found;
  const project = start.record.directory;
  const wanted = resolveMemberDirectory(project, member.directory);
  const directory = start.worktrees || member.worktree ? await enterWorktree(start, member, wanted) : wanted;
  return {
    ...{ name: member.name, profile: member.profile, role: member.role, team: team.name },
    ...{ session: team.session ?? team.name, window: member.name, directory, project },
    ...{ brief: composeBrief(team, member), args: member.args, env: member.env, restore: team.restore },
    restart: mergeRestart(team.restart, member.restart),
  };
}

function refuseUntrustedMember({ entry }: Found<Team>, member: TeamMember): void {
  const fields = entry.trusted ? [] : findRestrictedInMember(member).map(({ field }) => field);
  const [field] = fields;
  if (field === undefined) return;
  const message = `${cleanLine(entry.path)} sets ${fields.join(', ')} of ${member.name} and is not trusted`;
  throw new OrchestratorError('REFUSED', message, { field, hint: trustHint(entry.path) });
}

/** Only one that we made is written down, and after it was made: what is not written down is never removed. */
async function enterWorktree(
  { found, record, records }: TeamStart,
  member: TeamMember,
  directory: string,
): Promise<string> {
  const ensured = await ensureWorktree(directory, { team: found.value.name, member: member.name });
  if (ensured.made) {
    const others = record.worktrees.filter(({ path }) => path !== ensured.worktree.path);
    record.worktrees = [...others, { member: member.name, ...ensured.worktree }];
    records.write(record);
  }
  return ensured.directory;
}

function mergeRestart(
  team: RestartOverride | undefined,
  member: RestartOverride | undefined,
): RestartOverride | undefined {
  return team === undefined && member === undefined ? undefined : { ...team, ...member };
}
