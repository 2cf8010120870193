import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { type AgentSpec, AgentSpecSchema } from '../model/agent-spec.ts';
import { syncDirectory, writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';

/** `agents/NAME.json` of the state directory: what we started or adopted. Written through to the disk. */
export class AgentSpecFiles {
  readonly #folder: string;

  constructor(stateDirectory: string, uid: number) {
    this.#folder = join(stateDirectory, 'agents');
    ensurePrivateDirectory(this.#folder, uid);
  }

  /** All of them. Throws `CONFIG` for a file that cannot be understood: an agent that is forgotten could be started twice. */
  readAll(): AgentSpec[] {
    return readdirSync(this.#folder)
      .filter((file) => /^[a-z0-9][a-z0-9_-]*\.json$/.test(file))
      .sort()
      .map((file) => this.#heal(file, readSpec(join(this.#folder, file))))
      .filter((spec) => spec !== undefined);
  }

  /** A worker that was killed in the middle of a rename left the new content under the old name. */
  #heal(file: string, spec: AgentSpec | undefined): AgentSpec | undefined {
    if (spec !== undefined && `${spec.name}.json` !== file) this.rename(file.replace(/\.json$/, ''), spec);
    return spec;
  }

  write(spec: AgentSpec): void {
    writeFileAtomic(join(this.#folder, `${spec.name}.json`), `${JSON.stringify(spec, null, 1)}\n`, {
      durable: true,
    });
  }

  /** The file gets its new content first and then its new name; what it says counts. */
  rename(from: string, spec: AgentSpec): void {
    const path = join(this.#folder, `${from}.json`);
    writeFileAtomic(path, `${JSON.stringify(spec, null, 1)}\n`, { durable: true });
    renameSync(path, join(this.#folder, `${spec.name}.json`));
    syncDirectory(this.#folder);
  }

  remove(name: string): void {
    rmSync(join(this.#folder, `${name}.json`), { force: true });
    syncDirectory(this.#folder);
  }
}

function readSpec(path: string): AgentSpec | undefined {
  try {
    const result = AgentSpecSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (result.success) return result.data;
    throw broken(path, z.prettifyError(result.error).split('\n').slice(0, 2).join(' '));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    if (error instanceof SyntaxError) throw broken(path, error.message);
    throw error;
  }
}

function broken(path: string, why: string): OrchestratorError {
  return new OrchestratorError('CONFIG', `${path} cannot be understood: ${why}`, {
    hint: `move it away: mv ${path} ${path}.broken; its agent then is an observed one`,
  });
}
