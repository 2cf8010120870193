import type { Clock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import type { Sender } from '../model/message.ts';
import { inspectProjectFile, realPathOf } from '../store/project-file.ts';
import type { TrustEntry, TrustFile } from '../store/trust-file.ts';

interface TrustBookOptions {
  file: TrustFile;
  clock: Clock;
  uid: number;
}

/** Most files that are remembered. */
const FILES_MAX = 1_000;

/** Which files of projects may set commands and variables: those that the user trusted, for as long as they stay as they were. */
export class TrustBook {
  readonly #options: TrustBookOptions;
  readonly #entries: Map<string, TrustEntry>;

  constructor(options: TrustBookOptions) {
    this.#options = options;
    this.#entries = new Map(options.file.read().map((entry) => [entry.path, entry]));
  }

  /** `path`: a real path. */
  isTrusted(path: string, hash: string): boolean {
    return this.#entries.get(path)?.hash === hash;
  }

  list(): TrustEntry[] {
    return [...this.#entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Trusts the file as it is now; where `hash` is given, only if it is still what the user was shown. Throws `REFUSED` when it changed
   * and for agents, which could else trust what they wrote; `INVALID` and `NOT_FOUND` for what is no role or team of a project; `LIMIT`.
   */
  add(path: string, options: { hash?: string | undefined }, by: Sender): TrustEntry {
    if (by.kind === 'agent') throw onlyPeople(by);
    const { path: real, hash } = inspectProjectFile(path, this.#options.uid);
    if (options.hash !== undefined && options.hash !== hash) throw changed(real);
    if (!this.#entries.has(real) && this.#entries.size >= FILES_MAX) throw tooMany();
    const entry = { path: real, hash, at: new Date(this.#options.clock.now()).toISOString() };
    this.#write(new Map(this.#entries).set(real, entry));
    return entry;
  }

  /** Works for a file that is gone too. Throws `NOT_FOUND` for one that was not trusted. */
  remove(path: string): TrustEntry {
    const entry = this.#entries.get(path) ?? this.#entries.get(realPathOf(path));
    if (entry === undefined) {
      throw new OrchestratorError('NOT_FOUND', `${cleanLine(path)} is not trusted`, {
        field: 'path',
        hint: 'see all with: tmux-orchestrator trust list',
      });
    }
    const left = new Map(this.#entries);
    left.delete(entry.path);
    this.#write(left);
    return entry;
  }

  /** On disk before it counts. */
  #write(entries: ReadonlyMap<string, TrustEntry>): void {
    this.#options.file.write([...entries.values()]);
    this.#entries.clear();
    for (const [path, entry] of entries) this.#entries.set(path, entry);
  }
}

function onlyPeople({ name }: Sender): OrchestratorError {
  return new OrchestratorError('REFUSED', `agent ${name} may not trust files`, {
    hint: 'only a person may: look at the file in a terminal of your own, then run tmux-orchestrator trust there',
  });
}

function changed(path: string): OrchestratorError {
  return new OrchestratorError('REFUSED', `${cleanLine(path)} has changed since it was shown`, {
    field: 'path',
    hint: 'look at it again',
  });
}

function tooMany(): OrchestratorError {
  return new OrchestratorError('LIMIT', `${FILES_MAX} files are trusted already`, {
    hint: 'remove old ones: tmux-orchestrator trust list, then trust remove FILE',
  });
}
