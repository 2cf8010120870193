import { readdirSync } from 'node:fs';
import type { ProcessNode } from '../model/observation.ts';
import type { ProcessTable } from './processes.ts';

/**
 * Processes that belong to somebody, by the variables they were started with; each with its arguments. A process keeps them also as an
 * orphan. Empty where there is no /proc.
 */
export function findProcesses(
  belongs: (readVariable: (name: string) => string | undefined) => boolean,
  processes: ProcessTable,
): ProcessNode[] {
  return listPids()
    .filter((pid) => pid !== process.pid && belongs((name) => processes.readVariable(pid, name)))
    .map((pid) => processes.readTree(pid))
    .filter((node) => node !== undefined && !node.stat.startsWith('Z'))
    .filter((node) => node !== undefined);
}

function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Sends a signal to the very process that was seen; tells whether it was still there. */
export function signalProcess(
  { pid, startTime }: { pid: number; startTime: string },
  signal: NodeJS.Signals,
  processes: ProcessTable,
): boolean {
  if (!isThere({ pid, startTime }, processes)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether that very process runs; a zombie has ended. */
export function isThere(
  { pid, startTime }: { pid: number; startTime: string },
  processes: ProcessTable,
): boolean {
  const node = processes.readNode(pid);
  return node?.startTime === startTime && !node.stat.startsWith('Z');
}

/** Has a process that starts others look after the ends of those once more. Harmless: that is what this signal says. */
export function remindOfChild(pid: number): void {
  try {
    process.kill(pid, 'SIGCHLD');
  } catch {
    // It has gone itself.
  }
}

/** Whether there is any process of this number; the cheapest question there is, a microsecond. */
export function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
