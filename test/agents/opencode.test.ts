import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { readScreen } from '../../src/model/screen.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeObservation } from '../helpers/recordings.ts';

const PROMPT = ['  ┃', '  ┃', '  ┃', '  ┃  Build · Model Provider', `  ╹${'▀'.repeat(75)}`];
const IDLE_FOOTER = ['   /home/me/project                          1.2K (1%)  ctrl+p commands'];
const ANSWER = ['', '     Done.', '', '     ▣  Build · Model · 2.5s', ''];

/** A screen of 80 columns; the cursor stands in the second row of the input, or where it is told to. */
function read(rows: string[], cursor?: [number, number], ansi?: string): Verdict {
  const edge = rows.findLastIndex((row) => row.includes('╹'));
  const screen = readScreen({
    size: [80, rows.length],
    text: rows.join('\n'),
    ...(ansi === undefined ? {} : { ansi }),
    cursor: cursor ?? [5, edge - 3],
    cursorVisible: true,
    alternate: true,
  });
  const observation = { at: 0, dead: false, deadStatus: null, deadSignal: null };
  return judgeObservation({ ...observation, title: 'OC | Topic', command: 'opencode', screen }, 'opencode');
}

const stateOf = (...parameters: Parameters<typeof read>) => read(...parameters).state;

function isOpencode(...argv: string[]): boolean {
  const node = { stat: 'Sl+', comm: 'x', argv, children: [] };
  return findAgentProcess(node, BUILT_IN_PROFILES)?.profile.name === 'opencode';
}

describe('what the conversation quotes', () => {
  it.each([
    [
      'a permission dialog',
      ['  ┃', '  ┃  △ Permission required', '  ┃   Allow once   Allow always   Reject', '  ┃'],
    ],
    [
      'a question',
      ['  ┃', '  ┃  1. SQLite', '  ┃  2. Postgres', '  ┃  ↑↓ select  enter submit  esc dismiss', '  ┃'],
    ],
    ['a spinner', ['     ⬝⬝■■■■■■  esc interrupt', '     ⠏ Thinking']],
    ['a retry', ['     ■■■⬝⬝⬝⬝⬝ Rate limit reached [retrying in 2s attempt #3]']],
    ['a limit', ['     The usage limit has been reached [retrying in 4h attempt #1]']],
    ['a picker', ['     Select model                                                      esc']],
    ['a compaction', ['  ──────────── Compaction ────────────', '     ▣  Compaction · Model · 8s']],
  ])('does not pass %s off as the live one', (_, quoted) => {
    expect(stateOf([...quoted, ...ANSWER, ...PROMPT, ...IDLE_FOOTER])).toBe('idle');
  });

  it('does not pass a quoted prompt off as the live one under a permission dialog', () => {
    const dialog = [
      '  ┃',
      '  ┃  △ Permission required',
      '  ┃',
      '  ┃   Allow once   Allow always   Reject',
      '  ┃',
    ];
    expect(stateOf([...PROMPT, ...IDLE_FOOTER, ...ANSWER, ...dialog], [78, 10])).toBe('approval');
  });

  it('is not read as an error when the last tool printed one', () => {
    const tool = ['  ┃', '  ┃  run it', '  ┃', '', '  ┃', '  ┃  $ make', '  ┃  Error: no rule', '  ┃', ''];
    expect(stateOf([...tool, '     ▣  Build · Model', '', ...PROMPT, ...IDLE_FOOTER])).toBe('idle');
  });
});

describe('the input', () => {
  it('is idle on a narrow screen, where the footer wraps', () => {
    const footer = ['   /home/me/a-long-      1.2K (1%)ctrl+p', '   project                       commands'];
    expect(stateOf([...ANSWER, ...PROMPT, ...footer])).toBe('idle');
  });

  it('is idle on the start screen of 200 columns, far to the right and with a placeholder', () => {
    const at = ' '.repeat(63);
    const box = [
      '┃',
      '┃  Ask anything… "Fix broken tests"',
      '┃',
      '┃  Build · Model Provider',
      `╹${'▀'.repeat(74)}`,
    ];
    const rows = ['', ...box.map((row) => at + row), `${at}                    tab agents  ctrl+p commands`];
    expect(stateOf(rows, [66, 2])).toBe('idle');
  });

  it('is idle with the placeholder of 1.2, which has three dots', () => {
    const box = [
      '',
      '   ┃',
      '   ┃  Ask anything... "Fix broken tests"',
      ...PROMPT.slice(2).map((row) => ` ${row}`),
    ];
    expect(stateOf([...box, '          tab agents  ctrl+p commands'], [6, 2])).toBe('idle');
  });

  it('tells a placeholder in other words by its colour', () => {
    const text = ['', '   ┃', '   ┃  What shall we build?', ...PROMPT.slice(2).map((row) => ` ${row}`)];
    const rows = [...text, '          tab agents  ctrl+p commands'];
    const paint = (colour: string) =>
      rows.join('\n').replace(/What.*\?/, `\u001b[38;2;${colour}m$&\u001b[39m`);
    expect(read(rows, [6, 2])).toMatchObject({ state: 'unknown', needsColours: true });
    expect(stateOf(rows, [6, 2], paint('128;128;128'))).toBe('idle');
    expect(stateOf(rows, [6, 2], paint('238;238;238'))).toBe('draft');
  });

  it('is not idle with text in it, in shell mode, or under a picker', () => {
    const typed = PROMPT.with(1, '  ┃  fix the tests');
    expect(stateOf([...ANSWER, ...typed, ...IDLE_FOOTER], [18, 6])).toBe('draft');
    const shell = PROMPT.with(3, '  ┃  Shell');
    expect(stateOf([...ANSWER, ...shell, '                 esc exit shell mode'])).toBe('draft');
    const picker = [
      '     Sessions                                                   esc',
      '',
      '     Search',
      '',
    ];
    expect(stateOf([...ANSWER, ...picker, ...PROMPT, ...IDLE_FOOTER], [5, 7])).toBe('question');
  });

  it('is not idle without its footer, or with one that nobody knows', () => {
    expect(stateOf([...ANSWER, ...PROMPT])).toBe('unknown');
    expect(stateOf([...ANSWER, ...PROMPT, '   ◐ pondering    ctrl+c stop'])).toBe('unknown');
  });
});

describe('the footer', () => {
  it.each([
    ['   ⬝⬝⬝■■■■■  esc interrupt            ctrl+p commands', 'busy'],
    ['   ⬝⬝⬝■■■■■  esc again to interrupt   ctrl+p commands', 'busy'],
    ['   [⋯]  esc interrupt                 ctrl+p commands', 'busy'],
    ["   ⬝⬝This■request would exceed your account's rate limit. Pl", 'retrying'],
    ['   ⬝⬝⬝⬝⬝⬝⬝⬝ Internal server error [retrying in 2s attempt #2]    esc interrupt', 'retrying'],
  ])('%s is read as %s', (footer, state) => {
    expect(stateOf([...ANSWER, ...PROMPT, footer])).toBe(state);
  });

  it('tells how long a usage limit lasts', () => {
    const footer = '   ■■⬝⬝⬝⬝⬝⬝ The usage limit has been reached [retrying in 4h 55m attempt #1]';
    expect(read([...ANSWER, ...PROMPT, footer])).toMatchObject({ state: 'limited', resetText: 'in 4h 55m' });
  });

  it('belongs to a compaction when the last mark says so', () => {
    const mark = ['     ▣  Compaction · Model', ''];
    expect(stateOf([...ANSWER, ...mark, ...PROMPT, '   ⬝⬝■■  esc interrupt   ctrl+p commands'])).toBe(
      'compacting',
    );
  });
});

describe('the panel in the place of the input', () => {
  it('is an approval also by its buttons or by its glyph alone', () => {
    const panel = (...rows: string[]) => [...ANSWER, ...rows.map((row) => `  ┃  ${row}`.trimEnd()), '  ┃'];
    expect(stateOf(panel('', '△ Leave needed', '', 'Yes   No'), [78, 8])).toBe('approval');
    expect(stateOf(panel('', 'Run it?', '', ' Once   Never          ⇆ select  enter confirm'), [78, 8])).toBe(
      'approval',
    );
    expect(stateOf(panel('', 'Which one?', '1. This', '2. That'), [78, 8])).toBe('question');
    expect(stateOf(panel('', 'Something new', '', 'press x'), [78, 8])).toBe('unknown');
  });
});

describe('the process', () => {
  it.each([
    [['opencode']],
    [['/usr/lib/node_modules/opencode-ai/bin/opencode', '--continue']],
    [['node', '/usr/local/bin/opencode', '-s', 'ses_1']],
    [['node', '/x/node_modules/.bin/opencode', '--model', 'a/b']],
    [['/x/opencode-linux-x64/bin/opencode', '.']],
    [['/x/node_modules/opencode-ai/bin/.opencode', '--prompt', 'run it']],
    [['opencode', 'attach', 'http://localhost:4096']],
  ])('%j is opencode', (argv) => expect(isOpencode(...argv)).toBe(true));

  it.each([
    [['opencode', 'serve', '--port', '4096']],
    [['opencode', 'run', 'fix it']],
    [['node', '/usr/local/bin/opencode', 'web']],
    [['opencode', '--print-logs', 'serve']],
    [['opencode', '--log-level', 'DEBUG', 'acp']],
    [['opencode', 'auth', 'login']],
    [['opencode', '--version']],
    [['vim', 'opencode']],
    [['node', '/x/opencode-watch.js']],
  ])('%j is not', (argv) => expect(isOpencode(...argv)).toBe(false));
});
