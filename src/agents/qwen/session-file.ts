import { join } from 'node:path';
import type { NativeSignal } from '../../model/observation.ts';
import { readFamily } from '../proc.ts';
import { isSessionId, readSmallObject } from '../small-file.ts';

/**
 * Which conversation Qwen Code has open, from `sessions/PID.json` below its configuration directory (seen in 0.24.4). The file is about
 * the innermost of the processes that the command starts. `procStart` is the boot's id and field 22 of `/proc/PID/stat`, with a
 * colon between.
 */
export function readQwenSession(source: {
  configDirectory: string;
  pid: number;
  startTime: string;
  proc?: string;
}): NativeSignal | undefined {
  for (const { pid, startTime } of readFamily(source, source.proc).reverse()) {
    const session = readSmallObject(join(source.configDirectory, 'sessions', `${pid}.json`));
    if (session?.pid !== pid || typeof session.procStart !== 'string') continue;
    if (!session.procStart.endsWith(`:${startTime}`)) continue;
    const { sessionId } = session;
    if (isSessionId(sessionId)) return { source: 'qwen-session-file', status: 'open', sessionId };
  }
  return undefined;
}
