import { resolve } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';

export interface TeamDownOptions {
  directory: string;
  force?: true;
  worktrees?: true;
}

/** Members have ten seconds each to leave, the lead ten more; git takes its time with worktrees. */
const TIMEOUT_MS = 600_000;

/** Stops the members and says of each what became of it. Throws `SOME_FAILED`. */
export async function takeTeamDown(context: Context, name: string, options: TeamDownOptions): Promise<void> {
  const { directory, force, worktrees } = options;
  const { members } = await openClient(context).call(
    'team.down',
    { name, directory: resolve(directory), force: force === true, worktrees: worktrees === true },
    { timeoutMs: TIMEOUT_MS },
  );
  context.output.print({ members }, () =>
    layColumns(
      members.map((member) => [
        cleanLine(member.name, 64),
        member.outcome === 'absent' ? 'was not there' : member.outcome,
        cleanLine(member.reason ?? '', 1_000),
      ]),
    ),
  );
  const failed = members.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return;
  throw new OrchestratorError('SOME_FAILED', `${failed.length} members of ${name} could not be stopped`, {
    hint: `end them at once with: tmux-orchestrator team down ${name} --force`,
  });
}
