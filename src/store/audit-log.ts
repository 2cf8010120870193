import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { type AuditRecord, AuditSchema } from '../model/audit.ts';
import { Journal } from './journal.ts';
import { readLinesBackwards } from './journal-lines.ts';

const BYTES_MAX = 10 * 1024 * 1024;
const FILES_MAX = 10;

/** `audit.jsonl` of the state directory: appended only; the oldest of eleven files of 10 MiB goes when a new one is begun. */
export class AuditLog {
  readonly #journal: Journal;
  readonly #path: string;
  readonly #clock: Clock;

  constructor(stateDirectory: string, clock: Clock) {
    this.#path = join(stateDirectory, 'audit.jsonl');
    this.#clock = clock;
    this.#journal = new Journal({ path: this.#path, bytesMax: BYTES_MAX, filesMax: FILES_MAX });
  }

  append(record: Omit<AuditRecord, 'v' | 'at'>): void {
    this.#journal.append({ v: 1, at: new Date(this.#clock.now()).toISOString(), ...record });
  }

  /** Newest first. A line that cannot be understood is passed over: a crash may have cut it. */
  list({ limit, since }: { limit: number; since?: number | undefined }): AuditRecord[] {
    const records: AuditRecord[] = [];
    for (const line of readLinesBackwards(this.#path, FILES_MAX)) {
      const record = parse(line);
      if (record === undefined) continue;
      if (since !== undefined && Date.parse(record.at) < since) break;
      records.push(record);
      if (records.length >= limit) break;
    }
    return records;
  }

  close(): void {
    this.#journal.close();
  }
}

function parse(line: string): AuditRecord | undefined {
  try {
    return AuditSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
