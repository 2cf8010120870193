import type { NativeSignal } from '../model/observation.ts';
import { readFamily, readOpenFiles } from './proc.ts';

/**
 * The conversation whose file a CLI holds open, where it is exactly one: with two (a subagent's beside its own) nobody can tell which
 * one the prompt belongs to. `pattern`: tested on paths; its group `session` is the id. The signal says nothing of the state.
 */
export function readOpenSession(
  source: { pid: number; startTime: string; proc?: string },
  { name, pattern }: { name: string; pattern: RegExp },
): NativeSignal | undefined {
  const found = new Set<string>();
  for (const { pid } of readFamily(source, source.proc)) {
    for (const path of readOpenFiles(pid, source.proc)) {
      const session = pattern.exec(path)?.groups?.session;
      if (session !== undefined) found.add(session);
    }
  }
  const [sessionId] = found;
  return found.size !== 1 || sessionId === undefined
    ? undefined
    : { source: name, status: 'open', sessionId };
}
