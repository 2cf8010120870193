import { describe, expect, it } from 'vitest';
import { copilot as input } from '../../src/agents/copilot/profile.ts';
import type { ProcessNode } from '../../src/model/observation.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { ProfileSchema } from '../../src/model/profile.ts';
import { readScreen } from '../../src/model/screen.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';

const copilot = ProfileSchema.parse(input);

/** The verdict on plain rows of the given width. */
function read(rows: string[], columns = 80): Verdict {
  return judge(
    {
      at: 0,
      dead: false,
      deadStatus: null,
      deadSignal: null,
      title: 'hello - GitHub Copilot',
      command: 'node',
      screen: readScreen({
        size: [columns, 24],
        text: rows.join('\n'),
        cursor: [2, Math.max(0, rows.length - 3)],
        cursorVisible: true,
        alternate: true,
      }),
    },
    copilot,
  );
}

interface Prompt {
  typed?: string;
  status?: string[];
  footer?: string;
  columns?: number;
}

/** The rows of the input at the bottom, as 1.0.102 draws them. */
function prompt({
  typed = '',
  status = [],
  footer = ' Interactive · / commands',
  columns = 80,
}: Prompt = {}): string[] {
  const rule = '─'.repeat(columns);
  return [...status, ' /home/rig/work/app [⎇ master]', rule, `❯ ${typed}`.trimEnd(), rule, footer];
}

/** A message with its scroll bar, as from 1.0.4x on. */
function barred(rows: string[]): string[] {
  return rows.map((row) => `${row.padEnd(79)}┃`);
}

function isCopilot(argv: string[]): boolean {
  const node: ProcessNode = { stat: 'Sl+', comm: 'MainThread', argv, children: [] };
  return findAgentProcess(node, [copilot]) !== undefined;
}

describe('Copilot: text that quotes', () => {
  it('an approval in an answer leaves the prompt idle', () => {
    const quoted = [
      ' ● It asks:',
      '',
      '   Do you want to run this command?',
      '',
      '   ❯ 1. Yes',
      '     2. No',
      '',
    ];
    expect(
      read([...quoted, '   ↑/↓ to navigate · enter to select · esc to cancel', '', ...prompt()]).state,
    ).toBe('idle');
  });

  it('a status line in an answer leaves the prompt idle', () => {
    expect(read(['● Thinking (Esc to cancel · 291 B)', '', ...prompt()]).state).toBe('idle');
    expect(read([' ● Compacting conversation history (2s)', '', ...prompt()]).state).toBe('idle');
  });

  it('a rate limit in an answer leaves the prompt idle', () => {
    expect(
      read([" ● It says: ✗ Sorry, you've hit a rate limit. Please try again in 2 hours.", '', ...prompt()])
        .state,
    ).toBe('idle');
  });

  it('a retry of an earlier turn is over', () => {
    const retry = [' ● Request failed due to a transient API error. Retrying...', '', ' ● Done.', ''];
    expect(read([...retry, ...prompt()]).state).toBe('idle');
  });
});

describe('Copilot: work', () => {
  it.each(['◎', '◉', '●', '○', '⠋'])('shows a %s in the footer', (glyph) => {
    expect(
      read([' ● Hi.', '', ...prompt({ footer: ` ${glyph} Working · 603 B esc esc interrupt` })]).state,
    ).toBe('busy');
  });

  it('is told by its keys when the spinner is unreadable', () => {
    expect(read([' ● Hi.', '', ...prompt({ footer: '   Working · 603 B esc esc interrupt' })]).state).toBe(
      'busy',
    );
  });

  it('shows a status line above the directory up to 1.0.3x, whatever is typed', () => {
    const status = ['◉ Thinking (Esc to cancel · 291 B)'];
    expect(read(['❯ hi', '', ...prompt({ status, footer: ' / commands · ? help' })]).state).toBe('busy');
    expect(read(['❯ hi', '', ...prompt({ status, typed: 'and the tests' })]).state).toBe('busy');
  });

  it('is a retry while the last message says so', () => {
    const rows = barred([' ❯ hi', '', ' ● Request failed due to a transient API error. Retrying...', '']);
    expect(read([...rows, ...prompt({ footer: ' ◉ Working esc esc edit prompt' })]).state).toBe('retrying');
  });

  it('is compaction though the footer looks idle', () => {
    expect(
      read([' ● Hi.', '', ...prompt({ status: ['◎ Compacting conversation history (2s)'] })]).state,
    ).toBe('compacting');
  });
});

describe('Copilot: failures', () => {
  const limit = [
    " ✗ Sorry, you've hit a rate limit that restricts the number of Copilot model",
    '   requests you can make within a specific time period. Please try again in 2',
    '   hours. Please review our Terms of Service.',
    '',
  ];

  it('reads a limit across the scroll bar, and when it ends', () => {
    expect(read([...barred(limit), ...prompt()])).toMatchObject({ state: 'limited', resetText: '2 hours' });
  });

  it('reads a limit whose mark is missing', () => {
    const unmarked = limit.map((row) => row.replace('✗', ' '));
    expect(read([...barred([' ❯ hi', '', ...unmarked]), ...prompt()]).state).toBe('limited');
    const shifted = limit.map((row) => row.replace('✗ ', ''));
    expect(read([...barred([' ❯ hi', '', ' ● Hi.', '', ...shifted]), ...prompt()]).state).toBe('limited');
  });

  it.each([
    ' ✗ 402 {"error":{"message":"You have no quota","code":"quota_exceeded"}}',
    ' ✗ You have exceeded your premium request allowance.',
    ' ✗ Model call failed: {"message":"Sorry, you have exceeded your Copilot token usage.","code":"rate_limited"}',
  ])('reads %s as a limit', (row) => expect(read([row, '', ...prompt()]).state).toBe('limited'));

  it('reads other failures as errors, a failed tool or an unknown command not', () => {
    expect(read([' ✗ Authentication failed with provider (HTTP 401).', '', ...prompt()]).state).toBe('error');
    expect(read([' ✗ Create new.txt', '   └ Operation aborted by user', '', ...prompt()]).state).toBe('idle');
    expect(read([' ✗ Unknown command: /foo', '', ...prompt()]).state).toBe('idle');
  });
});

describe('Copilot: dialogs', () => {
  const framed = (rows: string[]): string[] => [
    `╭${'─'.repeat(58)}╮`,
    ...rows.map((row) => `│ ${row.padEnd(56)} │`),
    `╰${'─'.repeat(58)}╯`,
  ];
  const keys = '↑/↓ to navigate · enter to select · esc to cancel';

  it('are approvals, also on a narrow screen', () => {
    const rows = [
      'Do you want to run this command?',
      '',
      '❯ 1. Yes',
      ' 2. Yes, and approve `npm` for the rest',
      ' 3. No, and tell Copilot what to do',
      '',
      keys,
    ];
    expect(read(framed(rows), 60).state).toBe('approval');
  });

  it('are never idle when a part is unreadable', () => {
    const rows = ['Do you want to run this command?', '', '❯ 1. Yes', '  2. No, and tell Copilot', '', keys];
    for (const glyph of ['❯', '│', '╭', '╰', '─']) {
      expect(read(framed(rows).map((row) => row.replaceAll(glyph, ' '))).state).toBe('approval');
    }
    expect(read(framed(rows.slice(0, 4))).state).toBe('approval');
  });

  it('are questions when the agent asks', () => {
    expect(
      read(framed(['Which database?', '❯ 1. SQLite', '  2. Postgres', '', '↑↓ to select · Enter to confirm']))
        .state,
    ).toBe('question');
    const rule = '─'.repeat(80);
    const form = [
      rule,
      ' Copilot needs information.',
      ' Database:',
      ' ❯ SQLite',
      '   Postgres',
      '',
      ' ↑/↓ select · enter accept · esc cancel',
      rule,
    ];
    expect(read(form).state).toBe('question');
  });

  it('of 0.0.36x stand one column further right', () => {
    const rows = framed(['Do you trust the files in this folder?', '', '❯ 1. Yes', '  2. No (Esc)']).map(
      (row) => ` ${row}`,
    );
    expect(read(rows).state).toBe('setup');
  });

  it('that pick from a list are questions', () => {
    const rule = ` ${'─'.repeat(78)}`;
    expect(
      read([
        ' ❯ gpt-5 ✓',
        '',
        rule,
        ' ❯  Search models…',
        rule,
        ' ↑/↓ to navigate',
        'enter to select · esc to cancel',
      ]).state,
    ).toBe('question');
  });
});

describe('Copilot: prompt', () => {
  it('is a draft with text in it, idle without, whatever the width', () => {
    expect(read([' ● Hi.', '', ...prompt({ typed: 'fix it', footer: ' @ files · # issues' })]).state).toBe(
      'draft',
    );
    expect(read([' ● Hi.', '', ...prompt({ columns: 40 })], 40).state).toBe('idle');
    expect(read([' ● Hi.', '', ...prompt({ columns: 200 })], 200).state).toBe('idle');
  });

  it('waits for a login when it says so', () => {
    expect(read([...prompt({ status: ['Please use /login to sign in to use Copilot'] })]).state).toBe(
      'setup',
    );
  });

  it('with a footer that nobody knows is not idle', () => {
    expect(read([' ● Hi.', '', ...prompt({ footer: ' Something new' })]).state).toBe('unknown');
  });

  it('asks for colours only for its own suggestion', () => {
    const suggestion = ' Type @ to mention files, # for issues/PRs, / for commands, or ? for shortcuts';
    expect(
      read([' ● Hi.', '', ...prompt({ typed: suggestion, footer: ' shift+tab switch mode' })]).needsColours,
    ).toBe(true);
  });
});

describe('Copilot: processes', () => {
  it.each([
    [['node', '/usr/local/bin/copilot']],
    [['/opt/node_modules/@github/copilot-linux-x64/copilot']],
    [['node', '/home/u/.npm/_npx/1/node_modules/.bin/copilot', '--resume']],
    [['node', '/usr/lib/node_modules/@github/copilot/index.js', '--allow-all-tools']],
    [['copilot', '-i', 'fix the tests']],
    [['copilot', '--model', 'gpt-5', 'init']],
  ])('%j is one', (argv) => expect(isCopilot(argv)).toBe(true));

  it.each([
    [['copilot', '-p', 'fix the tests']],
    [['copilot', '--acp']],
    [['copilot', '--headless', '--port', '4000']],
    [['copilot', 'mcp', 'list']],
    [['copilot', 'svc', 'deploy']],
    [['node', '/x/@github/copilot-language-server/dist/language-server.js', '--stdio']],
    [['node', '/x/index.js']],
  ])('%j is not', (argv) => expect(isCopilot(argv)).toBe(false));
});
