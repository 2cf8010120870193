import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../base/errors.ts';
import { ParkingSchema, type ParkingState } from '../model/parking.ts';
import { writeFileAtomic } from './atomic-file.ts';

/** `parking.json` in the state directory: who is parked, and until when. */
export class ParkingFile {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'parking.json');
  }

  /** What cannot be understood counts as nothing: the agents' own states tell again who must be parked. */
  read(): ParkingState {
    try {
      const parsed = ParkingSchema.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')));
      if (parsed.success) return parsed.data;
    } catch (error) {
      if (!(error instanceof SyntaxError || hasErrorCode(error, 'ENOENT'))) throw error;
    }
    return { v: 1, parked: [], returned: [] };
  }

  /** False where the disk does not take it now. */
  write(state: ParkingState): boolean {
    try {
      writeFileAtomic(this.#path, `${JSON.stringify(state, null, 1)}\n`, { durable: true });
      return true;
    } catch (error) {
      if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO')) return false;
      throw error;
    }
  }
}
