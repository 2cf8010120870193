import { OrchestratorError } from '../base/errors.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { AgentSpecFiles } from '../store/agent-spec-files.ts';

type ServerId = { pid: number; startTime: number };

/** The agents that we started or adopted, as they should be. Everything in it is on disk before it counts. */
export class Fleet {
  readonly #files: AgentSpecFiles;
  readonly #specs = new Map<string, AgentSpec>();
  /** When agents are brought back; forgotten with the process, and planned anew by the next. */
  readonly #restartAt = new Map<string, number>();
  /** Agents that a usage limit keeps from working. */
  #parked: ReadonlySet<string> = new Set();

  constructor(files: AgentSpecFiles) {
    this.#files = files;
    for (const spec of files.readAll()) this.#specs.set(spec.name, spec);
  }

  get size(): number {
    return this.#specs.size;
  }

  list(): AgentSpec[] {
    return [...this.#specs.values()];
  }

  find(name: string): AgentSpec | undefined {
    return this.#specs.get(name);
  }

  /** Throws `NOT_FOUND`. */
  get(name: string): AgentSpec {
    const spec = this.#specs.get(name);
    if (spec !== undefined) return spec;
    throw new OrchestratorError('NOT_FOUND', `no managed agent is called ${JSON.stringify(name)}`, {
      field: 'name',
      hint: 'see all agents with: tmux-orchestrator agent list; take one over with: tmux-orchestrator agent adopt',
    });
  }

  findByPane(pane: string, server: ServerId): AgentSpec | undefined {
    for (const spec of this.#specs.values()) {
      if (spec.pane?.id === pane && isSame(spec.pane.server, server)) return spec;
    }
    return undefined;
  }

  /** How many live in a session. */
  countIn(session: string): number {
    return this.list().filter((spec) => spec.session === session).length;
  }

  put(spec: AgentSpec): AgentSpec {
    this.#files.write(spec);
    this.#specs.set(spec.name, spec);
    return spec;
  }

  /** Writes what is new in it. Throws `NOT_FOUND`. */
  update(name: string, change: Partial<Omit<AgentSpec, 'name' | 'v'>>): AgentSpec {
    return this.put({ ...this.get(name), ...change });
  }

  remove(name: string): void {
    this.#files.remove(name);
    this.#specs.delete(name);
    this.#restartAt.delete(name);
  }

  /** In one step: at no moment are there two of it, or none. */
  rename(name: string, to: string, change: Partial<Pick<AgentSpec, 'window'>> = {}): AgentSpec {
    const spec = { ...this.get(name), ...change, name: to, renamedFrom: name };
    this.#files.rename(name, spec);
    this.#specs.delete(name);
    this.#specs.set(to, spec);
    this.#restartAt.delete(name);
    return spec;
  }

  restartAt(name: string): number | null {
    return this.#restartAt.get(name) ?? null;
  }

  planRestart(name: string, at: number | null): void {
    if (at === null) this.#restartAt.delete(name);
    else this.#restartAt.set(name, at);
  }

  isParked(name: string): boolean {
    return this.#parked.has(name);
  }

  setParked(names: ReadonlySet<string>): void {
    this.#parked = names;
  }
}

function isSame(a: ServerId, b: ServerId): boolean {
  return a.pid === b.pid && a.startTime === b.startTime;
}
