// Draws scripts/live-table.svg from a real run: the demo's live table in a terminal of a private tmux server. Needs a build.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStyledRows } from '../dist/model/style.js';
import { sleep, until } from './bench/wait.mjs';

const COLUMNS = 84;
const ROWS = 7;
const CELL = { width: 8.4, height: 18 };
const COLOURS = [
  '#1e1e2e',
  '#f38ba8',
  '#a6e3a1',
  '#f9e2af',
  '#89b4fa',
  '#f5c2e7',
  '#94e2d5',
  '#cdd6f4',
  '#7f849c',
];

const root = join(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'tmo-picture-'));
const tmux = (...words) =>
  execFileSync('tmux', ['-u', '-S', join(home, 'tmux.sock'), '-f', '/dev/null', ...words], {
    encoding: 'utf8',
  });
try {
  writeFileSync(join(root, 'scripts/live-table.svg'), draw(await recordTable()));
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** Waits for a moment in which an agent asks: what the table is there to show. */
async function recordTable() {
  const env = ['RUNTIME_DIR', 'STATE_HOME', 'CONFIG_HOME'].map((name) => {
    mkdirSync(join(home, name), { mode: 0o700 });
    return `XDG_${name}=${join(home, name)}`;
  });
  const demo = [
    'env',
    '-u',
    'TMUX',
    '-u',
    'NO_COLOR',
    `HOME=${home}`,
    'TERM=xterm-256color',
    ...env,
    process.execPath,
    join(root, 'dist/cli/main.js'),
    'demo',
  ];
  const project = join(home, 'project');
  mkdirSync(project);
  tmux('new-session', '-d', '-c', project, '-x', String(COLUMNS), '-y', String(ROWS), ...demo);
  const read = () => tmux('capture-pane', '-p', '-e');
  await until(() => /approval/.test(read()) && /limited/.test(read()), 60_000, read);
  await sleep(300);
  const screen = read();
  // The server ends with the demo, its only program.
  tmux('send-keys', 'C-c');
  await sleep(2_500);
  return readStyledRows(screen).slice(0, ROWS);
}

function draw(rows) {
  const size = { width: COLUMNS * CELL.width + 24, height: rows.length * CELL.height + 24 };
  const lines = rows
    .map((cells, row) =>
      runsOf(cells)
        .map((run) => drawRun(run, row))
        .join(''),
    )
    .join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img">
<title>The live table of tmux-orchestrator</title>
<rect width="100%" height="100%" rx="8" fill="${COLOURS[0]}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${lines}
</g>
</svg>
`;
}

/** Neighbouring cells of one look, so that the picture holds words and not letters. */
function runsOf(cells) {
  const runs = [];
  for (const [column, cell] of cells.entries()) {
    const colour = cell.dim ? COLOURS[8] : (COLOURS[Number(cell.foreground)] ?? COLOURS[7]);
    const last = runs.at(-1);
    if (last?.colour === colour) last.text += cell.character;
    else runs.push({ column, colour, text: cell.character });
  }
  return runs.filter((run) => run.text.trim() !== '');
}

function drawRun({ column, colour, text }, row) {
  const x = 12 + column * CELL.width;
  const y = 12 + (row + 0.75) * CELL.height;
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour}" textLength="${(Array.from(text).length * CELL.width).toFixed(1)}">${safe}</text>`;
}
