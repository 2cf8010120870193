import { OrchestratorError } from '../base/errors.ts';
import { stripControls } from '../base/text.ts';
import { lookAtAgent } from '../core/snapshot.ts';
import type { SpawnedLook } from '../tmux/spawned-look.ts';
import type { Context } from './context.ts';
import { findLiveAgent } from './live-agent.ts';

interface ReadOptions {
  lines?: string;
  ansi?: true;
}

/** Prints what stands on an agent's screen now. */
export async function readScreenOf(context: Context, name: string, options: ReadOptions): Promise<void> {
  const linesMax = readCount(options.lines);
  const { agent, tmux } = findLiveAgent(context, name);
  const look = await lookAtAgent(agent, tmux);
  const rows = lastRows(options.ansi ? splitStyled(look.ansi) : splitPlain(look.text), linesMax);
  const document = { name, pane: agent.pane, ...describeLook(look), rows };
  context.output.print(document, () => rows);
}

function describeLook({ columns, rows, cursor, cursorVisible, alternate, dead, title }: SpawnedLook): object {
  const size = { columns, rowsMax: rows };
  return { ...size, cursor, cursorVisible, alternate, dead, title: stripControls(title) };
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new OrchestratorError('USAGE', `--lines must be a number from 1, not ${JSON.stringify(text)}`);
}

function splitPlain(text: string): string[] {
  return text.split('\n').map((row) => stripControls(row).trimEnd());
}

const RESET = '\u001b[0m';
const UP_TO_RESET = /^.*\u001b\[0?m/s;
const SGR = /\u001b\[[\d;:]*m/g;

function lastRows(rows: readonly string[], linesMax: number): string[] {
  const end = rows.findLastIndex((row) => row.replace(SGR, '').trim() !== '') + 1;
  return rows.slice(Math.max(0, end - linesMax), end);
}

/** tmux lets colours run on from row to row; here each row carries its own, so that any of them can be shown alone. */
function splitStyled(ansi: string): string[] {
  let running = '';
  return ansi.split('\n').map((row) => {
    const whole = `${running}${row}${RESET}`;
    running = [running, ...(row.match(SGR) ?? [])].join('').replace(UP_TO_RESET, '');
    return whole === RESET ? '' : whole;
  });
}
