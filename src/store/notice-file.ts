import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode } from '../base/errors.ts';
import { EpisodeSchema } from '../model/escalation.ts';
import { NoticeSchema } from '../model/notice.ts';
import { writeFileAtomic } from './atomic-file.ts';

const NoticeRecordSchema = z.object({
  v: z.literal(1),
  notices: z.array(NoticeSchema).describe('oldest first'),
  /** Instants in milliseconds since the epoch, by what cool-down goes by. */
  lastTold: z.record(z.string(), z.number()),
  unsent: z.record(z.string(), z.array(z.string())).default({}).describe('ids of what waits for a notifier'),
  done: z.record(z.string(), z.object({ at: z.iso.datetime(), by: z.string() })).describe('finished teams'),
  episodes: z.record(z.string(), EpisodeSchema).describe('of teams in which nothing moves'),
});
export type NoticeRecord = z.infer<typeof NoticeRecordSchema>;

/** `notices.json` of the state directory. */
export class NoticeFile {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'notices.json');
  }

  /** One that cannot be understood is put aside: notices are made anew from what is the case. */
  read(): NoticeRecord {
    try {
      return NoticeRecordSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (error) {
      if (error instanceof z.ZodError || error instanceof SyntaxError) {
        renameSync(this.#path, `${this.#path}.broken`);
      } else if (!hasErrorCode(error, 'ENOENT')) throw error;
      return { v: 1, notices: [], lastTold: {}, unsent: {}, done: {}, episodes: {} };
    }
  }

  write(record: NoticeRecord): void {
    writeFileAtomic(this.#path, `${JSON.stringify(record)}\n`, { durable: true });
  }
}
