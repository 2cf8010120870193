import { copyFileSync, fstatSync, ftruncateSync, statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';

interface LogFileOptions {
  path: string;
  /** Where the log is written to. */
  descriptor: number;
  bytesMax: number;
}

/** A month of a busy day's changes of state. */
const BYTES_MAX = 16 * 1024 * 1024;
const EVERY_MS = 3_600_000;

/** Keeps the log of standard output small for as long as the worker runs: launchd opens the file, and nobody rotates it. */
export function tendLogFile(path: string, clock: Clock): void {
  trimLogFile({ path, descriptor: 1, bytesMax: BYTES_MAX });
  clock.after(EVERY_MS, () => tendLogFile(path, clock));
}

/**
 * Moves what is in a log that has grown too large to `PATH.1` and begins it anew, in place, since launchd keeps it open (for appending).
 * Leaves alone what is no file, or another one: then somebody else decided where the log goes. Says whether it did anything.
 */
export function trimLogFile({ path, descriptor, bytesMax }: LogFileOptions): boolean {
  const open = fstatSync(descriptor);
  const named = statSync(path, { throwIfNoEntry: false });
  if (!open.isFile() || named?.ino !== open.ino || named.dev !== open.dev || open.size <= bytesMax)
    return false;
  copyFileSync(path, `${path}.1`);
  ftruncateSync(descriptor, 0);
  return true;
}
