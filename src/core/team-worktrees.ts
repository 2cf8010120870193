import { cleanLine } from '../base/text.ts';
import { removeWorktree } from '../host/git-worktree.ts';
import type { TeamRecords } from '../store/team-records.ts';
import type { MemberOutcome } from './team-member.ts';

/** Removes the worktrees that we made for a team, but those with work of their own or with a member that still runs; says why of each that is kept. */
export async function removeWorktrees(
  records: TeamRecords,
  team: string,
  outcomes: readonly MemberOutcome[],
): Promise<MemberOutcome[]> {
  const record = records.read(team);
  if (record === undefined) return [...outcomes];
  const told = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  for (const worktree of record.worktrees) {
    const { member, path } = worktree;
    const outcome = told.get(member) ?? { name: member, outcome: 'absent' as const, reason: null };
    if (outcome.outcome === 'failed') continue;
    const { kept } = await removeWorktree(worktree);
    const reason = kept === null ? `worktree ${path} is gone` : `worktree ${path} is kept: ${kept}`;
    told.set(member, { ...outcome, reason: cleanLine(reason, 1_000) });
    if (kept !== null) continue;
    record.worktrees = record.worktrees.filter((one) => one.path !== path);
    records.write(record);
  }
  return [...told.values()];
}
