import { widthOf } from '../base/columns.ts';
import { type Block, cleanRow, type Menu, RETRY_MS, type Session, TICK_MS, type Work } from './model.ts';
import type { Frame, Size } from './terminal.ts';

const SPINNER = ['◐', '◓', '◑', '◒'];
const GLYPHS: Readonly<Record<Block['kind'], string>> = { said: '»', answer: '●', limit: '■', error: '✗' };
const PLACEHOLDER = 'Say something, or /help';
const DRAFT_ROWS_MAX = 6;
const QUEUE_ROWS_MAX = 3;
/** A hung spinner stops here. */
const HANGS_AFTER_MS = 1_000;

/** What stands on the screen; depends on nothing but its arguments. */
export function drawFrame(session: Session, size: Size): Frame {
  const title = `${titleGlyph(session)} ${session.name}`;
  const { phase } = session;
  if (phase.kind === 'blank') return { rows: [], cursor: null, title };
  if (phase.kind === 'banner')
    return { rows: ['', '  Stand-in, a pretended agent', '  starting…'], cursor: null, title };
  if (phase.kind === 'menu') {
    return { ...stack(topRows(session, size), drawMenu(phase.menu, size), size), title, cursor: null };
  }
  const box = drawBox(session, size);
  const above = [
    ...topRows(session, size),
    ...(phase.kind === 'working' ? ['', statusLine(phase.work, session.now)] : []),
  ];
  const { rows } = stack(above, box.rows, size);
  const row = rows.length - box.rows.length + box.cursorRow;
  return { rows, title, cursor: [Math.min(box.cursorColumn, size.columns - 1), Math.max(row, 0)] };
}

function titleGlyph({ phase }: Session): string {
  if (phase.kind === 'working') return '◐';
  return phase.kind === 'menu' ? '◆' : '○';
}

/** The conversation from the top, the prompt or dialog at the bottom; what does not fit is cut off above. */
function stack(above: readonly string[], bottom: readonly string[], size: Size): { rows: string[] } {
  const room = Math.max(size.rows - bottom.length - 1, 0);
  const shown = room === 0 ? [] : above.slice(-room);
  const blank = Array.from({ length: Math.max(size.rows - shown.length - bottom.length, 0) }, () => '');
  return { rows: [...shown, ...blank, ...bottom].slice(-size.rows) };
}

function topRows(session: Session, size: Size): string[] {
  const { phase, blocks, queue } = session;
  if (phase.kind === 'working' && phase.work.kind === 'flooding') return floodRows(phase.work.frames, size);
  let rows: string[] = [];
  // From the last one upward, as far as they can be seen: a block may hold a text of many thousand characters.
  for (const block of blocks.toReversed()) {
    if (rows.length >= size.rows) break;
    rows = ['', ...drawBlock(block, size.columns), ...rows];
  }
  const queued = queue
    .slice(-QUEUE_ROWS_MAX)
    .map((text) => cut(`  queued: ${cleanRow(text.replaceAll('\n', ' '))}`, size.columns));
  return [...rows, ...queued.map(dim)];
}

/** Every line but the first glyph's stands two columns in, so that nothing quoted looks like a line of our own. */
function drawBlock({ kind, lines }: Block, columns: number): string[] {
  const rows = lines.flatMap((line) => wrap(line, columns - 3));
  return rows.map((row, i) => `${i === 0 ? GLYPHS[kind] : ' '} ${row}`);
}

function floodRows(frames: number, { columns, rows }: Size): string[] {
  const line = (i: number) => `  ${frames + i} ${'▒'.repeat((frames + i * 7) % Math.max(columns - 12, 1))}`;
  return Array.from({ length: rows }, (_, i) => line(i));
}

function statusLine(work: Work, now: number): string {
  const passed = now - work.startedAt;
  const elapsedMs = work.kind === 'hung' ? Math.min(passed, HANGS_AFTER_MS) : passed;
  const glyph = SPINNER[Math.floor(elapsedMs / TICK_MS) % SPINNER.length];
  const seconds = Math.floor(elapsedMs / 1000);
  if (work.kind === 'compacting') return `${glyph} Compacting the conversation… (${seconds}s)`;
  if (work.kind !== 'retrying') return `${glyph} Working… (${seconds}s · esc to interrupt)`;
  const attempts = Math.round(((work.endsAt ?? now) - work.startedAt) / RETRY_MS);
  const attempt = Math.min(Math.floor(passed / RETRY_MS) + 1, attempts);
  const left = Math.ceil((RETRY_MS - (passed % RETRY_MS)) / 1000);
  return `${glyph} Overloaded · retrying in ${left}s · attempt ${attempt}/${attempts}`;
}

function drawBox(
  session: Session,
  { columns }: Size,
): { rows: string[]; cursorColumn: number; cursorRow: number } {
  const rule = dim('─'.repeat(columns));
  const wrapped = session.draft.split('\n').flatMap((line) => wrap(cleanRow(line), columns - 3));
  const lines = wrapped.slice(-DRAFT_ROWS_MAX);
  const inside = session.draft === '' ? [dim(cut(PLACEHOLDER, columns - 3))] : lines;
  const rows = inside.map((line, i) => `${i === 0 ? '»' : ' '} ${line}`);
  const last = lines.at(-1) ?? '';
  const cursor = { cursorColumn: 2 + widthOf(last), cursorRow: rows.length + 1 };
  return { rows: ['', rule, ...rows, rule, dim(cut(footer(session), columns - 1))], ...cursor };
}

function footer({ leavesNext, phase }: Session): string {
  if (leavesNext) return '  press ctrl-c again to leave';
  return phase.kind === 'working'
    ? '  enter queues · esc interrupts'
    : '  /help for commands · ctrl-d leaves';
}

function drawMenu(menu: Menu, { columns }: Size): string[] {
  const options = menu.options.map((option, i) => `${i === menu.selected ? '»' : ' '} ${i + 1}. ${option}`);
  const rows = [
    ` ${menu.heading}`,
    '',
    `   ${menu.detail}`,
    '',
    ...options,
    '',
    ' Enter to select · ↑/↓ to move · Esc to refuse',
  ];
  return ['', dim('─'.repeat(columns)), ...rows.map((row) => cut(row, columns - 1))];
}

function dim(text: string): string {
  return `\u001b[2m${text}\u001b[22m`;
}

/** Rows of at most `columns` columns, broken at the last blank where there is one. */
function wrap(text: string, columns: number): string[] {
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const character of text) {
    if (width + widthOf(character) > Math.max(columns, 2)) {
      const blank = row.lastIndexOf(' ');
      rows.push(blank > 0 ? row.slice(0, blank) : row);
      row = blank > 0 ? row.slice(blank + 1) : '';
      width = widthOf(row);
    }
    row += character;
    width += widthOf(character);
  }
  return [...rows, row];
}

function cut(text: string, columns: number): string {
  return wrap(text, columns)[0] ?? '';
}
