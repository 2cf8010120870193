import { readFileSync } from 'node:fs';
import { hasErrorCode } from '../base/errors.ts';

/** The lines of a journal and its older files, newest first. One file of at most its rotation size is in memory at a time. */
export function* readLinesBackwards(path: string, filesMax: number): Generator<string> {
  for (let i = 0; i <= filesMax; i++) {
    const lines = read(i === 0 ? path : `${path}.${i}`).split('\n');
    for (let k = lines.length - 1; k >= 0; k--) {
      const line = lines[k];
      if (line !== undefined && line !== '') yield line;
    }
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return '';
    throw error;
  }
}
