import type { ProcessNode } from '../model/observation.ts';

/** Reads processes. All calls are for live data; a process may be gone by the time of the answer. */
export interface ProcessTable {
  /** The process with all below it, at most `PROCESSES_MAX` of them. */
  readTree(pid: number): ProcessNode | undefined;
  /** One process by itself, without arguments and children: a single small read. */
  readNode(pid: number): ProcessNode | undefined;
  readParent(pid: number): number | undefined;
  /** When a process started, milliseconds since the epoch. */
  startedAt(node: ProcessNode): number | undefined;
  /** One variable of the environment a process was started with, where we may read it. */
  readVariable(pid: number, name: string): string | undefined;
}
