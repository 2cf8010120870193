import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isFileError } from './small-file.ts';

/** A CLI's wrapper, what that starts, and what that starts again: no known CLI has more between its pane and its work. */
const LEVELS_MAX = 3;
const PROCESSES_MAX = 20;
/** Real CLIs hold 30 to 60 files open. */
const FILES_MAX = 500;

/**
 * A process and what it started itself (by its main thread), nearest first, with their start times (field 22 of `/proc/PID/stat`).
 * Nothing where the process is not the one that began at `startTime`. `proc`: where the kernel tells of processes.
 */
export function readFamily(
  source: { pid: number; startTime: string },
  proc = '/proc',
): { pid: number; startTime: string }[] {
  if (source.startTime === '' || readStartTime(source.pid, proc) !== source.startTime) return [];
  const family = [{ pid: source.pid, startTime: source.startTime }];
  let level = [source.pid];
  for (let i = 1; i < LEVELS_MAX && level.length > 0; i++) {
    level = level.flatMap((pid) => readChildren(pid, proc)).slice(0, PROCESSES_MAX);
    for (const pid of level) {
      const startTime = readStartTime(pid, proc);
      if (startTime !== undefined) family.push({ pid, startTime });
    }
  }
  return family;
}

/** Paths of the files that a process holds open; none where we may not look. */
export function readOpenFiles(pid: number, proc = '/proc'): string[] {
  const folder = join(proc, String(pid), 'fd');
  const names = orNothing(() => readdirSync(folder)) ?? [];
  return names.slice(0, FILES_MAX).flatMap((name) => orNothing(() => readlinkSync(join(folder, name))) ?? []);
}

/** The name of a program may hold blanks and brackets, so fields are counted behind its last one. */
function readStartTime(pid: number, proc: string): string | undefined {
  const stat = orNothing(() => readFileSync(join(proc, String(pid), 'stat'), 'latin1'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function readChildren(pid: number, proc: string): number[] {
  const path = join(proc, String(pid), 'task', String(pid), 'children');
  const text = orNothing(() => readFileSync(path, 'latin1')) ?? '';
  return text.split(' ').flatMap((word) => (/^\d+$/u.test(word) ? [Number(word)] : []));
}

/** Processes come to their end while we look; other systems have no `/proc`. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}
