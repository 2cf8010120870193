import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

interface WriteOptions {
  /**
   * Survive a power cut: sync the file before the rename and the directory behind it. Files of the runtime directory do without:
   * it is gone at a reboot anyway, and where it lies on a disk a sync takes milliseconds.
   */
  durable?: boolean;
}

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/**
 * Replaces a file in one step: a reader sees the old one or the new one, whole. The temporary file has a fixed name, as there is one writer,
 * so that a crash leaves one behind at most. On any error (disk full) the old file stands as it was.
 */
export function writeFileAtomic(path: string, text: string, options: WriteOptions = {}): void {
  const temporary = `${path}.tmp`;
  try {
    writeWhole(temporary, text, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (options.durable) syncDirectory(dirname(path));
}

/** Not atomic: for a file under a name that nobody reads yet. `writeFileSync` on a descriptor goes on after a short write and throws ENOSPC; a single write would truncate silently. */
export function writeWhole(path: string, text: string, options: WriteOptions): void {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(descriptor, text);
    if (options.durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes renames and removals in a directory survive a power cut. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
