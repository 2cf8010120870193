import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';

const TrustSchema = z.object({
  v: z.literal(1),
  files: z
    .array(
      z.object({
        path: z.string().startsWith('/'),
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        at: z.iso.datetime(),
      }),
    )
    .max(10_000),
});

/** A file that the user trusted, as it was then. */
export type TrustEntry = z.infer<typeof TrustSchema>['files'][number];

/** `trust.json` of the state directory. Written through to the disk, for its owner alone. */
export class TrustFile {
  readonly #path: string;

  constructor(stateDirectory: string, uid: number) {
    ensurePrivateDirectory(stateDirectory, uid);
    this.#path = join(stateDirectory, 'trust.json');
  }

  /** Throws `CONFIG` for a file that cannot be understood: to take it for empty would forget what was trusted at the next write. */
  read(): TrustEntry[] {
    try {
      return TrustSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).files;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return [];
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
      throw new OrchestratorError('CONFIG', `${this.#path} cannot be understood`, {
        hint: `move it away: mv ${this.#path} ${this.#path}.broken; files of projects then must be trusted anew`,
        cause: error,
      });
    }
  }

  write(files: readonly TrustEntry[]): void {
    writeFileAtomic(this.#path, `${JSON.stringify({ v: 1, files }, null, 1)}\n`, { durable: true });
  }
}
