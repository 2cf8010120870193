import pino, { type Logger } from 'pino';
import { isJournalStream } from './journal-stream.ts';

/** Where the log goes, and with it its form. */
export type LogForm = 'journal' | 'terminal' | 'json';

/** syslog(3) priority of each pino level: debug, info, warning, error, critical. */
const PRIORITIES: Readonly<Record<string, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

export function chooseLogForm(env: NodeJS.ProcessEnv, descriptor = 1): LogForm {
  if (isJournalStream(env, descriptor)) return 'journal';
  return process.stdout.isTTY ? 'terminal' : 'json';
}

/** The log to standard output. Writes at once, so that the last line before an exit is there. */
export async function openLog(form: LogForm, level: string): Promise<Logger> {
  const options = { level, base: null, messageKey: 'message' };
  if (form === 'terminal') {
    const { default: pretty } = await import('pino-pretty');
    return pino(options, pretty({ sync: true, messageKey: 'message', translateTime: 'SYS:HH:MM:ss' }));
  }
  const out = pino.destination({ fd: 1, sync: true });
  if (form === 'json') return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, out);
  return pino({ ...options, timestamp: false }, { write: (line: string) => out.write(withPriority(line)) });
}

/** journald takes `<N>` at the start of a line as its priority and adds time and process itself. */
export function withPriority(line: string): string {
  const level = /^\{"level":(\d+)/.exec(line)?.[1] ?? '';
  return `<${PRIORITIES[level] ?? 6}>${line}`;
}
