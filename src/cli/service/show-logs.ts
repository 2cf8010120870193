import { OrchestratorError } from '../../base/errors.ts';
import { parseDuration } from '../../base/time-text.ts';
import { followFile, readTail } from '../../host/service/file-log.ts';
import { followJournal, readJournal } from '../../host/service/journal-log.ts';
import { isAbout, type LogLine, renderLogLine } from '../../host/service/log-line.ts';
import type { Context } from '../context.ts';
import { openServiceHost } from './service-host.ts';

export interface LogOptions {
  follow?: true;
  since?: string;
  agent?: string;
  lines?: string;
}

/** Lines told without `--lines`: a screenful or two, and with `--since` all but a flood. */
const LINES_DEFAULT = 200;
const LINES_SINCE_DEFAULT = 10_000;
const LINES_MAX = 1_000_000;

interface Query {
  since: number | undefined;
  linesMax: number;
  wanted(line: LogLine): boolean;
}

/** Shows the worker's log, from wherever the supervisor keeps it. */
export async function showLogs(context: Context, options: LogOptions): Promise<void> {
  const query = readQuery(options, Date.now());
  const { logFile } = await openServiceHost(context);
  const ending = new AbortController();
  const stop = () => ending.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const follow = options.follow === true ? ending.signal : undefined;
  if (logFile === undefined) await showJournal(context, query, follow);
  else await showFile(context, { ...query, path: logFile }, follow);
  process.off('SIGINT', stop).off('SIGTERM', stop);
}

async function showJournal(context: Context, query: Query, follow: AbortSignal | undefined): Promise<void> {
  let after: string | undefined;
  // The cursor is of the newest line of all, wanted or not: what follows comes behind it.
  const wanted = (line: LogLine & { cursor: string }) => {
    after ??= line.cursor;
    return query.wanted(line);
  };
  const lines = await readJournal(context.uid, { ...query, wanted });
  printLines(context, query, lines);
  if (follow === undefined) return;
  for await (const line of followJournal(context.uid, { after, signal: follow })) {
    if (query.wanted(line)) printLine(context, line);
  }
}

async function showFile(
  context: Context,
  query: Query & { path: string },
  follow: AbortSignal | undefined,
): Promise<void> {
  const { lines, position } = readTail(query.path);
  const { since = Number.NEGATIVE_INFINITY } = query;
  const fitting = lines.filter((line) => query.wanted(line) && (line.at === null || line.at >= since));
  printLines(context, query, fitting.slice(-query.linesMax));
  if (follow === undefined) return;
  for await (const line of followFile(query.path, position, follow)) {
    if (query.wanted(line)) printLine(context, line);
  }
}

function printLines(context: Context, { linesMax }: Query, lines: readonly LogLine[]): void {
  for (const line of lines) printLine(context, line);
  if (lines.length === 0) context.output.note('the log has no such lines');
  if (lines.length >= linesMax) context.output.note(`the newest ${linesMax} lines; more with: --lines N`);
}

const STYLES = { warn: 'yellow', error: 'red', fatal: 'red', info: undefined, debug: 'dim' } as const;

function printLine({ output }: Context, line: LogLine): void {
  const { at, level, message, pid, fields } = line;
  const document = { at: at === null ? null : new Date(at).toISOString(), level, message, pid, ...fields };
  output.printEach(document, () => {
    const text = renderLogLine(line, Date.now());
    const style = STYLES[level];
    return [style === undefined ? text : output.style(style, text)];
  });
}

/** Reads the options. Throws `USAGE`. */
function readQuery({ since, agent, lines }: LogOptions, now: number): Query {
  return {
    since: since === undefined ? undefined : readSince(since, now),
    linesMax:
      lines === undefined ? (since === undefined ? LINES_DEFAULT : LINES_SINCE_DEFAULT) : readLines(lines),
    wanted: (line) => agent === undefined || isAbout(line, agent),
  };
}

function readSince(text: string, now: number): number {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return now - durationMs;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new OrchestratorError('USAGE', `--since ${JSON.stringify(text)} is no time`, {
    hint: 'for example: --since 2h, --since 90s, --since "2026-11-22 15:00"',
  });
}

function readLines(text: string): number {
  const lines = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (lines >= 1 && lines <= LINES_MAX) return lines;
  throw new OrchestratorError(
    'USAGE',
    `--lines ${JSON.stringify(text)} is no number from 1 to ${LINES_MAX}`,
    {
      hint: 'for example: --lines 50',
    },
  );
}
