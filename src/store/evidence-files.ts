import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../base/errors.ts';
import { checkName } from '../model/agent-name.ts';
import { type Evidence, EvidenceSchema } from '../model/ending.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';

/** `evidence/NAME/ID.json` of the state directory: what was there when an agent ended. */
export class EvidenceFiles {
  readonly #root: string;
  readonly #uid: number;

  constructor(stateDirectory: string, uid: number) {
    this.#root = join(stateDirectory, 'evidence');
    this.#uid = uid;
    ensurePrivateDirectory(this.#root, uid);
  }

  /** Writes one and removes the oldest beyond `keepMax`. */
  write(evidence: Evidence, keepMax: number): void {
    const folder = this.#folderOf(evidence.agent);
    ensurePrivateDirectory(folder, this.#uid);
    writeFileAtomic(join(folder, `${evidence.id}.json`), `${JSON.stringify(evidence)}\n`, { durable: true });
    for (const file of listFiles(folder).slice(keepMax)) rmSync(join(folder, file), { force: true });
  }

  /** Newest first. A file that cannot be understood is left out. */
  list(agent: string): Evidence[] {
    const folder = this.#folderOf(agent);
    return listFiles(folder)
      .map((file) => readEvidence(join(folder, file)))
      .filter((one) => one !== undefined);
  }

  rename(agent: string, to: string): void {
    const [from, target] = [this.#folderOf(agent), this.#folderOf(to)];
    if (!existsSync(from)) return;
    rmSync(target, { recursive: true, force: true });
    renameSync(from, target);
  }

  #folderOf(agent: string): string {
    return join(this.#root, checkName(agent, 'name'));
  }
}

/** Ids begin with their instant: they sort by time. */
function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /^[0-9TZ.-]+(?:-[0-9a-f]+)?\.json$/.test(file))
      .sort()
      .reverse();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function readEvidence(path: string): Evidence | undefined {
  try {
    const result = EvidenceSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return result.success ? result.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
