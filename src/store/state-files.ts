import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../base/errors.ts';
import type { Agent, WorkerState } from '../model/agent.ts';
import { STATE_VERSION } from '../model/state-version.ts';
import type { Usage } from '../model/usage.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';

/** The files of live state below the runtime directory: `worker.json` and `agents/NAME.json`. One writer. */
export class StateFiles {
  readonly #runtime: string;
  readonly #agents: string;
  /** What stands in each file, so that only changes are written. */
  readonly #written = new Map<string, string>();

  constructor(runtime: string, uid: number) {
    this.#runtime = runtime;
    this.#agents = join(runtime, 'agents');
    ensurePrivateDirectory(this.#agents, uid);
  }

  writeWorker(worker: WorkerState): void {
    this.#write(join(this.#runtime, 'worker.json'), worker);
  }

  writeAgent(agent: Agent): void {
    this.#write(join(this.#agents, `${agent.name}.json`), agent);
  }

  writeUsage(usage: Usage): void {
    this.#write(join(this.#runtime, 'usage.json'), usage);
  }

  removeAgent(name: string): void {
    const path = join(this.#agents, `${name}.json`);
    this.#written.delete(path);
    rmSync(path, { force: true });
  }

  /** Removes what nobody stands behind any more: files of agents not in `names`, and temporary files of killed writers. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#agents)) {
      if (!names.has(file.replace(/\.json$/, ''))) rmSync(join(this.#agents, file), { force: true });
    }
    for (const name of ['worker', 'usage']) rmSync(join(this.#runtime, `${name}.json.tmp`), { force: true });
  }

  #write(path: string, value: object): void {
    const text = `${JSON.stringify(value, null, 1)}\n`;
    if (this.#written.get(path) === text) return;
    writeFileAtomic(path, text);
    this.#written.set(path, text);
  }
}

/** `worker.json` as it stands, or nothing. Without zod: the CLI must start fast. */
export function readWorkerState(runtime: string): WorkerState | undefined {
  return readVersioned<WorkerState>(join(runtime, 'worker.json'));
}

/** What agents and the machine used when it was last measured, or nothing. */
export function readUsage(runtime: string): Usage | undefined {
  return readVersioned<Usage>(join(runtime, 'usage.json'));
}

/** All agents as they stand, sorted by name. */
export function readAgents(runtime: string): Agent[] {
  const folder = join(runtime, 'agents');
  return listFolder(folder)
    .filter((file) => file.endsWith('.json'))
    .map(nameOf)
    .sort(compareNames)
    .map(({ file }) => readVersioned<Agent>(join(folder, file)))
    .filter((agent) => agent !== undefined);
}

/** A file name taken apart for sorting. */
interface FileName {
  file: string;
  stem: string;
  number: number;
}

function nameOf(file: string): FileName {
  const match = /^(.*?)(\d{1,15})\.json$/.exec(file);
  return { file, stem: match?.[1] ?? file, number: Number(match?.[2] ?? 0) };
}

/** `claude-9.json` before `claude-10.json`. By hand: the collator of Intl costs four milliseconds to load. */
function compareNames(a: FileName, b: FileName): number {
  if (a.stem !== b.stem) return a.stem < b.stem ? -1 : 1;
  return a.number - b.number;
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * The writer wrote the whole type, and files are replaced whole: the version is all that must be checked. What is no JSON is none of our
 * files, and nobody's agent.
 */
function readVersioned<T>(path: string): T | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const known = typeof value === 'object' && value !== null && 'v' in value && value.v === STATE_VERSION;
    return known ? (value as T) : undefined;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
