import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { OrchestratorError } from '../../base/errors.ts';
import { type JournalLine, readJournalLine } from './log-line.ts';
import { UNIT_NAME } from './service-facts.ts';

export interface LogQuery {
  /** Milliseconds since the epoch. */
  since: number | undefined;
  /** The newest so many. */
  linesMax: number;
  wanted(line: JournalLine): boolean;
}

const FIELDS = ['MESSAGE', 'PRIORITY', '_PID'];

/**
 * Words of journalctl(1) for everything about our unit: what it wrote, what the user's manager says of it, and what bears its
 * identifier only, because journald came too late to see which unit a dying process was of.
 */
function journalWords(uid: number): string[] {
  const unit = `${UNIT_NAME}.service`;
  const own = `_UID=${uid}`;
  return [
    ...['--user', '--no-pager', '--quiet', '--all', '--output=json', `--output-fields=${FIELDS.join(',')}`],
    ...[`_SYSTEMD_USER_UNIT=${unit}`, own, '+'],
    ...[`USER_UNIT=${unit}`, own, '+'],
    ...[`SYSLOG_IDENTIFIER=${UNIT_NAME}`, own],
  ];
}

/** The newest lines that are wanted, oldest first. Reads backwards and stops when it has enough. */
export async function readJournal(
  uid: number,
  { since, linesMax, wanted }: LogQuery,
): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  const words = [...journalWords(uid), '--reverse', ...sinceWords(since)];
  for await (const line of streamJournal(words)) {
    if (!wanted(line)) continue;
    lines.push(line);
    if (lines.length >= linesMax) break;
  }
  return lines.reverse();
}

/** Lines as they come, from behind `cursor` on, until the signal. */
export async function* followJournal(
  uid: number,
  { after, signal }: { after: string | undefined; signal: AbortSignal },
): AsyncGenerator<JournalLine> {
  const from = after === undefined ? sinceWords(Date.now()) : [`--after-cursor=${after}`];
  yield* streamJournal([...journalWords(uid), '--follow', '--lines=all', ...from], signal);
}

function sinceWords(since: number | undefined): string[] {
  return since === undefined ? [] : [`--since=@${(since / 1000).toFixed(3)}`];
}

async function* streamJournal(words: readonly string[], signal?: AbortSignal): AsyncGenerator<JournalLine> {
  const child = execa('journalctl', words, { stdin: 'ignore', buffer: { stdout: false }, reject: false });
  const stop = () => child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = readJournalLine(text);
      if (line !== undefined) yield line;
    }
    const end = await child;
    if (end.failed && !signal?.aborted) throw explain(end);
  } finally {
    // Whoever has enough leaves in the middle of it.
    stop();
    signal?.removeEventListener('abort', stop);
  }
}

interface Failure {
  code?: string | undefined;
  stderr?: unknown;
  shortMessage?: string | undefined;
}

function explain({ code, stderr, shortMessage }: Failure): OrchestratorError {
  if (code === 'ENOENT') {
    const hint = 'install systemd, or add it to PATH';
    return new OrchestratorError('CONFIG', 'journalctl was not found', { hint });
  }
  return new OrchestratorError(
    'FAILED',
    `journalctl: ${String(stderr ?? '').trim() || (shortMessage ?? 'failed')}`,
  );
}
