import type { Clock } from '../base/clock.ts';
import { compareTrees, type ProcessUsage, sumTrees, type TreeUsage, type Usage } from '../model/usage.ts';

interface MeterOptions {
  clock: Clock;
  /** First processes of agents' panes, by name. */
  listRoots(): Iterable<readonly [name: string, pid: number]>;
  listProcesses(): Promise<ProcessUsage[]>;
  readMachine(): Promise<Usage['machine']>;
  workerPid: number;
  write(usage: Usage): void;
  /** What nobody expects; ends the worker. */
  onFatal(error: unknown): void;
}

/** Time between two samples. Milliseconds. */
const SAMPLE_MS = 10_000;

/** Measures what agents and the machine use, beside the watch and not as a part of its rounds. */
export class UsageMeter {
  readonly #options: MeterOptions;
  #before: { at: number; trees: Map<string | null, TreeUsage> } | null = null;
  #latest: Usage | null = null;
  #stop = () => {};
  #closed = false;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  open(): void {
    this.#stop = this.#options.clock.after(SAMPLE_MS, () => {
      this.#sample().then(
        () => {
          if (!this.#closed) this.open();
        },
        (error: unknown) => this.#options.onFatal(error),
      );
    });
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  /** The last sample, at most some ten seconds old; null before the first. */
  read(): Usage | null {
    return this.#latest;
  }

  async #sample(): Promise<void> {
    const { clock, listProcesses, readMachine, listRoots, workerPid } = this.#options;
    const [processes, machine] = await Promise.all([listProcesses(), readMachine()]);
    if (this.#closed) return;
    const at = clock.now();
    // Null is the worker: no agent can be called that.
    const roots = new Map<string | null, number>([...listRoots(), [null, workerPid]]);
    const trees = sumTrees(processes, roots);
    const passedMs = at - (this.#before?.at ?? at);
    const usages = new Map(
      [...trees].map(([name, now]) => [name, compareTrees(this.#before?.trees.get(name), now, passedMs)]),
    );
    this.#before = { at, trees };
    const worker = usages.get(null) ?? { cpuPercent: null, rssBytes: 0, processes: 0 };
    usages.delete(null);
    const agents = Object.fromEntries(usages as Map<string, Usage['worker']>);
    this.#latest = { v: 1, at: new Date(at).toISOString(), machine, worker, agents };
    this.#options.write(this.#latest);
  }
}
