import { cleanLine } from '../../base/text.ts';
import { formatLocalTime } from '../../base/time-text.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One line of the worker's log, wherever it was kept. */
export interface LogLine {
  /** Milliseconds since the epoch; null where the line tells none. */
  at: number | null;
  level: LogLevel;
  message: string;
  /** What the worker said with it. Empty for lines that are no JSON: the supervisor's, or Node's own last words. */
  fields: Readonly<Record<string, unknown>>;
  pid: number | null;
}

/** Where a line stands in the journal. */
export interface JournalLine extends LogLine {
  cursor: string;
}

/** Reads one line of `journalctl --output=json`; nothing where it is none. */
export function readJournalLine(text: string): JournalLine | undefined {
  const entry = parseObject(text);
  if (entry === undefined || typeof entry.__CURSOR !== 'string') return undefined;
  const message = readText(entry.MESSAGE);
  const worker = readWorkerLine(message);
  return {
    message: worker?.message ?? message,
    fields: worker?.fields ?? {},
    cursor: entry.__CURSOR,
    at: Number(entry.__REALTIME_TIMESTAMP) / 1_000,
    level: LEVELS_OF_PRIORITY[Number(entry.PRIORITY)] ?? 'info',
    pid: Number(entry._PID) || null,
  };
}

/** syslog(3): emergency to debug. */
const LEVELS_OF_PRIORITY: readonly LogLevel[] = [
  'fatal',
  'fatal',
  'fatal',
  'error',
  'warn',
  'info',
  'info',
  'debug',
];

/** journald gives text that is no UTF-8 or holds controls as an array of bytes, and what is too long as null. */
function readText(message: unknown): string {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return '';
  return Buffer.from(message.filter((byte) => typeof byte === 'number')).toString('utf8');
}

/** Reads a line of a log file. What is no JSON is text that something else wrote to the same file. */
export function readFileLine(text: string): LogLine {
  const worker = readWorkerLine(text);
  if (worker === undefined) return { at: null, level: 'error', message: text, fields: {}, pid: null };
  const { level, message, fields, time } = worker;
  const at = Date.parse(time);
  return { level, message, fields, at: Number.isNaN(at) ? null : at, pid: null };
}

function readWorkerLine(
  text: string,
): (Pick<LogLine, 'level' | 'message' | 'fields'> & { time: string }) | undefined {
  const line = text.startsWith('{') ? parseObject(text) : undefined;
  if (line === undefined) return undefined;
  const { level, message, time, ...fields } = line;
  return {
    level: LEVELS_OF_PINO[Number(level)] ?? 'info',
    message: typeof message === 'string' ? message : '',
    time: typeof time === 'string' ? time : '',
    fields,
  };
}

const LEVELS_OF_PINO: Readonly<Record<number, LogLevel>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a line is about this agent. */
export function isAbout(line: LogLine, agent: string): boolean {
  return line.fields.agent === agent;
}

const MESSAGE_CHARS_MAX = 2_000;
const VALUE_CHARS_MAX = 200;

/** A line for people: time, level, message, and the fields that are plain values. What came from a screen is made harmless. */
export function renderLogLine(line: LogLine, now: number): string {
  const time = line.at === null ? '' : `${formatLocalTime(line.at, now)}:${secondsOf(line.at)}`;
  const fields = Object.entries(line.fields).flatMap(([name, value]) => renderField(name, value));
  return [time, line.level.padEnd(5), cleanLine(line.message, MESSAGE_CHARS_MAX), ...fields]
    .filter((part) => part !== '')
    .join(' ');
}

function secondsOf(at: number): string {
  return String(new Date(at).getSeconds()).padStart(2, '0');
}

function renderField(name: string, value: unknown): string[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [`${cleanLine(name)}=${value}`];
  if (typeof value !== 'string') return [];
  const clean = cleanLine(value, VALUE_CHARS_MAX);
  return [`${cleanLine(name)}=${/^[^\s"=]+$/.test(clean) ? clean : JSON.stringify(clean)}`];
}
