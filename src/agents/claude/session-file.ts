import { join } from 'node:path';
import type { NativeSignal } from '../../model/observation.ts';
import { isSessionId, readSmallObject } from '../small-file.ts';

/** The form of `permission prompt`, `input needed`, `dialog open`; anything else is left out. */
const WORD = /^[a-z][a-z _-]{0,39}$/u;

/** Words that 2.1.197 and 2.1.330 were seen to write; any other says nothing. */
const STATUSES: ReadonlySet<string> = new Set(['idle', 'busy', 'waiting', 'shell']);

/**
 * What Claude Code itself says it is doing, from `sessions/PID.json` below its configuration directory.
 * Nothing where there is no such file, where it is not readable JSON, or where it is about another
 * process: `kill -9` leaves the file behind, and the pid may be taken again. `startTime` is field 22 of
 * `/proc/PID/stat`; Claude writes the same number, as text, into `procStart`.
 */
export function readClaudeSession(source: {
  configDirectory: string;
  pid: number;
  startTime: string;
}): NativeSignal | undefined {
  const session = readSmallObject(join(source.configDirectory, 'sessions', `${source.pid}.json`));
  if (session === undefined || !isAbout(session, source)) return undefined;
  return signalOf(session);
}

function isAbout(
  session: Readonly<Record<string, unknown>>,
  source: { pid: number; startTime: string },
): boolean {
  const { procStart } = session;
  const start = typeof procStart === 'number' ? String(procStart) : procStart;
  return session.pid === source.pid && source.startTime !== '' && start === source.startTime;
}

function signalOf(session: Readonly<Record<string, unknown>>): NativeSignal | undefined {
  const { status, waitingFor, version, sessionId } = session;
  if (typeof status !== 'string' || !STATUSES.has(status)) return undefined;
  const signal: NativeSignal = { source: 'claude-session-file', status };
  if (typeof waitingFor === 'string' && WORD.test(waitingFor)) signal.detail = waitingFor;
  if (isShort(version)) signal.version = version;
  if (isSessionId(sessionId)) signal.sessionId = sessionId;
  return signal;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}
