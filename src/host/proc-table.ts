import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { hasErrorCode } from '../base/errors.ts';
import type { ProcessNode } from '../model/observation.ts';
import type { ProcessTable } from './processes.ts';

/** Processes below one pane beyond which the rest is not looked at: a fork bomb must not hold up the watch. */
const PROCESSES_MAX = 200;
const THREADS_MAX = 128;
const LOST_OR_FORBIDDEN = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];
const ARGUMENT_BYTES_MAX = 16_384;
const READ_BYTES_MAX = 131_072;
/** Linux shows times in units of 1/100 s to programs, whatever the kernel's own clock (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

/** The process table of Linux, read from /proc without starting any process. Calls are synchronous: procfs has no disk behind it. */
export class ProcTable implements ProcessTable {
  readonly #root: string;
  readonly #bootedAt: number;
  /** One read gives a whole file of /proc up to this size; what lies behind it (a huge environment) is left out. */
  readonly #buffer = Buffer.alloc(READ_BYTES_MAX);

  constructor(root = '/proc') {
    this.#root = root;
    const seconds = /^btime (\d+)$/m.exec(this.#read('stat') ?? '')?.[1];
    this.#bootedAt = Number(seconds ?? 0) * 1000;
  }

  readTree(pid: number): ProcessNode | undefined {
    const left = { count: PROCESSES_MAX };
    return this.#readBranch(pid, left);
  }

  readNode(pid: number): ProcessNode | undefined {
    const line = this.#read(`${pid}/stat`);
    if (line === undefined) return undefined;
    const { stat, comm, startTime } = readStat(line);
    return { pid, stat, comm, startTime, argv: [], children: [] };
  }

  readParent(pid: number): number | undefined {
    const line = this.#read(`${pid}/stat`);
    return line === undefined ? undefined : readStat(line).parent;
  }

  startedAt(node: ProcessNode): number | undefined {
    if (node.startTime === undefined || this.#bootedAt === 0) return undefined;
    return this.#bootedAt + (Number(node.startTime) * 1000) / TICKS_PER_SECOND;
  }

  readVariable(pid: number, name: string): string | undefined {
    const variables = this.#read(`${pid}/environ`)?.split('\0') ?? [];
    return variables.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  }

  #readBranch(pid: number, left: { count: number }): ProcessNode | undefined {
    if (left.count-- <= 0) return undefined;
    const stat = this.#read(`${pid}/stat`);
    if (stat === undefined) return undefined;
    const { threads, parent: _, ...node } = readStat(stat);
    const children = this.#readChildren(pid, threads).map((child) => this.#readBranch(child, left));
    return {
      pid,
      ...node,
      argv: this.#readArguments(pid),
      children: children.filter((child) => child !== undefined),
    };
  }

  /** The kernel lists children by the thread that made them; Go and Rust programs make them in any. */
  #readChildren(pid: number, threads: number): number[] {
    const ids = threads > 1 ? this.#list(`${pid}/task`).slice(0, THREADS_MAX) : [String(pid)];
    return ids.flatMap((thread) => {
      const children = this.#read(`${pid}/task/${thread}/children`) ?? '';
      return children
        .split(' ')
        .filter((word) => word !== '')
        .map(Number);
    });
  }

  #list(path: string): string[] {
    try {
      return readdirSync(`${this.#root}/${path}`);
    } catch (error) {
      if (hasErrorCode(error, ...LOST_OR_FORBIDDEN)) return [];
      throw error;
    }
  }

  #readArguments(pid: number): string[] {
    const line = this.#read(`${pid}/cmdline`)?.slice(0, ARGUMENT_BYTES_MAX) ?? '';
    return line.replace(/\0$/, '').split('\0');
  }

  /** By hand rather than with `readFileSync`: these files tell no size, and this is the most frequent call of the watch. */
  #read(path: string): string | undefined {
    let file: number | undefined;
    try {
      file = openSync(`${this.#root}/${path}`, 'r');
      const length = readSync(file, this.#buffer);
      return this.#buffer.toString('utf8', 0, length);
    } catch (error) {
      if (hasErrorCode(error, ...LOST_OR_FORBIDDEN)) return undefined;
      throw error;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}

/** Reads a line of /proc/PID/stat. The name stands in brackets and may itself hold brackets, blanks and line feeds: take the last one. */
function readStat(line: string): {
  stat: string;
  comm: string;
  startTime: string;
  threads: number;
  parent: number;
} {
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  const [state = '?', parent, group, , , foregroundGroup] = fields;
  return {
    comm: line.slice(line.indexOf('(') + 1, end),
    stat: `${state}${group === foregroundGroup ? '+' : ''}`,
    startTime: fields[19] ?? '',
    threads: Number(fields[17]),
    parent: Number(parent),
  };
}
