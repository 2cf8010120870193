import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { syncDirectory, writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';

/** `teams/NAME.json` of the state directory: a team that was started, and what was made for it. */
const TeamRecordSchema = z.object({
  v: z.literal(1),
  name: z.string(),
  directory: z.string().describe('where it was started, a real path'),
  worktrees: z
    .array(
      z.object({
        member: z.string(),
        path: z.string(),
        branch: z.string(),
        repository: z.string(),
        branchMade: z.boolean(),
      }),
    )
    .describe('those that we made'),
});

export type TeamRecord = z.infer<typeof TeamRecordSchema>;

/** Written through to the disk. `name` must be one: it becomes part of a path. */
export class TeamRecords {
  readonly #folder: string;

  constructor(stateDirectory: string, uid: number) {
    this.#folder = join(stateDirectory, 'teams');
    ensurePrivateDirectory(this.#folder, uid);
  }

  /** Throws `CONFIG` for one that cannot be understood: worktrees would be forgotten. */
  read(name: string): TeamRecord | undefined {
    const path = this.#pathOf(name);
    try {
      return TeamRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
      const hint = `move it away: mv ${path} ${path}.broken; worktrees of the team then stay`;
      throw new OrchestratorError('CONFIG', `${path} cannot be understood`, { hint, cause: error });
    }
  }

  write(record: TeamRecord): void {
    writeFileAtomic(this.#pathOf(record.name), `${JSON.stringify(record, null, 1)}\n`, { durable: true });
  }

  remove(name: string): void {
    rmSync(this.#pathOf(name), { force: true });
    syncDirectory(this.#folder);
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
