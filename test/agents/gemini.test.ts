import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { Observation } from '../../src/model/observation.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { readScreen } from '../../src/model/screen.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';

const profile = BUILT_IN_PROFILES.find((one) => one.name === 'gemini');
if (profile === undefined) throw new Error('no profile gemini');
const gemini = profile;

const READY = '◇  Ready (app)';
const WORKING = '✦  Working… (app)';
const ACTION = '✋  Action Required (app)';

interface Look {
  columns?: number;
  title?: string;
  cursor?: [number, number];
  ansi?: string;
}

/** Looks at rows that stand at the top of a screen; the same rows without colours, unless `ansi` has others. */
function look(rows: string[], { columns = 80, title = '', cursor = [0, 0], ansi }: Look = {}): Verdict {
  const text = rows.join('\n');
  const observation: Observation = {
    at: 0,
    dead: false,
    deadStatus: null,
    deadSignal: null,
    title,
    command: 'node',
    screen: readScreen({
      size: [columns, Math.max(24, rows.length)],
      text,
      ansi: ansi ?? text,
      cursor,
      cursorVisible: false,
      alternate: false,
    }),
  };
  return judge(observation, gemini);
}

const stateOf = (rows: string[], given?: Look) => look(rows, given).state;

const PLACEHOLDER = '  Type your message or @path/to/file';

/** The bottom of the screen as 0.61 draws it. */
function composer({
  input = PLACEHOLDER,
  status = '',
  columns = 80,
  footer = [' workspace (/directory)', ' ~/app'],
} = {}) {
  const [top, bottom] = ['▄'.repeat(columns), '▀'.repeat(columns)];
  return [
    '',
    '',
    status,
    '─'.repeat(columns),
    ' Shift+Tab to accept edits',
    top,
    ` > ${input}`,
    bottom,
    ...footer,
  ];
}

/** The bottom of the screen as 0.10 drew it. */
function boxedComposer(input = PLACEHOLDER, status: string[] = []): string[] {
  const edge = '─'.repeat(78);
  return [
    ...status,
    '',
    '',
    `╭${edge}╮`,
    `│ > ${input.padEnd(75)}│`,
    `╰${edge}╯`,
    ' ~/app (main*)   no sandbox   gemini-2.5-pro (100%)',
  ];
}

const box = (rows: string[], columns = 80) => [
  `╭${'─'.repeat(columns - 2)}╮`,
  ...rows.map((row) => `│ ${row.padEnd(columns - 4)} │`),
  `╰${'─'.repeat(columns - 2)}╯`,
];

const PERMISSION = box([
  "Allow execution of: 'rm'?",
  '',
  '● 1. Yes, allow once',
  '  2. Yes, allow always ...',
  '  3. No, suggest changes (esc)',
]);

describe('the prompt of Gemini CLI', () => {
  it.each([60, 80, 120, 200])('is idle with its placeholder, %i columns wide', (columns) => {
    expect(stateOf(composer({ columns }), { columns })).toBe('idle');
  });

  it('is idle in the box of older versions, whose title says nothing', () => {
    expect(stateOf(boxedComposer(), { title: 'Gemini - app' })).toBe('idle');
  });

  it('is idle with a footer of four rows, as in a narrow pane, and with none at all', () => {
    expect(
      stateOf(composer({ footer: ['app (main*)', '', 'no sandbox', '', 'gemini-2.5-pro (100%)'] })),
    ).toBe('idle');
    expect(stateOf(composer({ footer: [] }))).toBe('idle');
  });

  it('is idle in YOLO mode, and a draft in shell mode even while nothing is typed', () => {
    expect(stateOf(composer().map((row) => row.replace(/^ > /u, ' * ')))).toBe('idle');
    expect(stateOf(composer().map((row) => row.replace(/^ > .*/u, ' !   Type your shell command')))).toBe(
      'draft',
    );
  });

  it('is a draft once text stands in it, be the cursor there or at the bottom of the screen', () => {
    expect(stateOf(composer({ input: 'fix the tests' }), { cursor: [16, 6] })).toBe('draft');
    expect(stateOf(boxedComposer('fix the tests'), { cursor: [0, 8] })).toBe('draft');
  });

  it('is idle with other words in gray: vim, a suggestion', () => {
    const rows = composer({ input: "  Press 'i' for INSERT mode." });
    const ansi = rows.join('\n').replace('  Press', '\u001b[7m \u001b[0m\u001b[38;2;175;175;175m Press');
    expect(stateOf(rows, { ansi })).toBe('idle');
  });

  it('asks for colours before it takes other words for a draft or for nothing', () => {
    const { screen } = { screen: composer({ input: '  Press ESC' }).join('\n') };
    const verdict = judge(
      {
        ...{ at: 0, dead: false, deadStatus: null, deadSignal: null, title: READY, command: 'node' },
        screen: readScreen({
          size: [80, 24],
          text: screen,
          cursor: [0, 20],
          cursorVisible: false,
          alternate: false,
        }),
      },
      gemini,
    );
    expect(verdict.needsColours).toBe(true);
  });

  it('is not taken from the history: a bar of a past prompt above a message is no prompt', () => {
    const past = ['▄'.repeat(80), ` > ${PLACEHOLDER}`, '▀'.repeat(80), '✦ I will do that now.'];
    expect(stateOf(past)).toBe('unknown');
  });
});

describe('what is quoted in a message of Gemini CLI', () => {
  it.each([
    ['a permission', ['✦ It asks:', ...PERMISSION.map((row) => `   ${row}`)]],
    ['a choice in plain text', ['✦ Choose:', '  ● 1. Yes, allow once', '  ○ 2. No, suggest changes (esc)']],
    ['a spinner', ['✦ It shows:', '   1 ⠏ Thinking... (esc to cancel, 4s)']],
    [
      'a failure',
      [
        '✦ It said:',
        '  ✕ [API Error: You have exhausted your daily quota on this model.]',
        '',
        '✦ So it failed.',
      ],
    ],
    [
      'a limit',
      [
        '✦ Usage limit reached for gemini-3-pro. Access resets at 2:15 PM EST.',
        '  ● 1. Keep trying',
        '    2. Stop',
      ],
    ],
    [
      'a trust dialog',
      ['✦ Do you trust the files in this folder?', '  ● 1. Trust folder (app)', "    2. Don't trust"],
    ],
  ])('changes nothing: %s', (_what, message) => {
    expect(
      stateOf([...message, ...composer({ status: `${' '.repeat(60)}? for shortcuts` })], { title: READY }),
    ).toBe('idle');
    expect(stateOf([...message, ...boxedComposer()])).toBe('idle');
  });

  it('does not hide that the agent works, not even where the prompt box goes away meanwhile (0.1)', () => {
    const message = ['✦ It asks:', ...PERMISSION.map((row) => `   ${row}`)];
    expect(
      stateOf([...message, '', '⠙ Considering the request', '(esc to cancel, 6s)', '', '', 'app (main*)']),
    ).toBe('busy');
  });
});

describe('a running turn of Gemini CLI', () => {
  it.each([
    [' ⠙ Thinking... (esc to cancel, 10s)                             ? for shortcuts'],
    [' ⠇ If you are using an IDE, see the context with Ctrl+G… (esc to cancel, 4s)'],
    [' ✶ Thinking... (esc to cancel, 1m 10s)'],
  ])('shows %s', (status) => {
    expect(stateOf(composer({ status }))).toBe('busy');
    expect(stateOf(composer({ status, input: 'typed meanwhile' }))).toBe('busy');
  });

  it('is known by its title while the screen still looks idle', () => {
    expect(stateOf(composer(), { title: WORKING })).toBe('busy');
    expect(stateOf(composer(), { title: '✦  Reading the tests (app)' })).toBe('busy');
    expect(stateOf(composer(), { title: '⏲  Working… (app)' })).toBe('busy');
  });

  it('is retrying where it says so', () => {
    const status = ' ⠏ Trying to reach gemini-2.5-pro (Attempt 2/3) (esc to cancel, 5s)';
    expect(stateOf(composer({ status }), { title: WORKING })).toBe('retrying');
  });

  it('is compacting while the history is compressed, whatever the title says', () => {
    expect(stateOf(['⠹ Compressing chat history', ...composer()], { title: READY })).toBe('compacting');
    expect(stateOf(['> /compress', '', '⠋ Compressing chat history', '', ' ~/app'])).toBe('compacting');
  });

  it('has not begun while servers are being connected', () => {
    expect(stateOf(composer({ status: ' ⠋ Connecting to MCP servers... (0/2)' }))).toBe('starting');
  });
});

describe('the dialogs of Gemini CLI', () => {
  it.each([
    ['a command', ['Allow execution of [Shell]?', '', '● 1. Allow once', '  2. Allow for this session']],
    ['an edit', ['Apply this change?', '', '● 1. Yes, allow once', '  2. Modify with external editor']],
    [
      'an MCP tool',
      [
        'Allow execution of MCP tool "a" from server "b"?',
        '',
        '● 1. Allow once',
        '  2. Allow tool for this session',
      ],
    ],
    ['a page', ['Do you want to proceed?', '', '● 1. Yes', '  2. No']],
  ])('ask leave for %s', (_what, rows) => {
    expect(stateOf(box(rows), { title: ACTION })).toBe('approval');
    expect(stateOf(box(rows, 60), { columns: 60 })).toBe('approval');
    expect(stateOf(['⠏ Waiting for user confirmation...', '', ' ~/app'], {})).toBe('approval');
  });

  it('ask a question or for a plan, though the title says the same as for a permission', () => {
    const keys = 'Enter to select · ↑/↓ to navigate · Esc to cancel';
    const question = box([
      'Answer Questions',
      '',
      'Which database?',
      '',
      '● 1.  SQLite',
      '  2.  Postgres',
      '',
      keys,
    ]);
    const form = box([
      'Answer Questions',
      '',
      'Which name?',
      '',
      '> e.g. demo',
      '',
      'Enter to submit · Esc to cancel',
    ]);
    const plan = box([
      'Ready?',
      '',
      '● 1.  Yes, automatically accept edits',
      '  2.  Yes, manually accept edits',
    ]);
    for (const rows of [question, form, plan]) {
      expect(stateOf(rows, { title: ACTION })).toBe('question');
      expect(stateOf([...rows, '', '─'.repeat(80), ' Shift+Tab to accept edits', ' ~/app'])).toBe('question');
    }
  });

  it('say when a usage limit ends', () => {
    const rows = [
      'Usage limit reached for all Pro models.',
      'Access resets at 2:15 PM EST.',
      '/stats model for usage details',
    ];
    const dialog = box(['', ...rows, '', '● 1. Switch to gemini-3-flash', '  2. Stop']);
    expect(look(dialog, { title: WORKING })).toMatchObject({ state: 'limited', resetText: '2:15 PM EST' });
  });

  it('are set-up where trust or a login is wanted, though the title says Ready', () => {
    const trust = box(['Do you trust this folder?', '', '● 1. Trust folder (app)', "  2. Don't trust"]);
    const login = box(['Get started', '', '  1. Login with Google', '● 2. Use Gemini API Key']);
    expect(stateOf(trust, { title: READY })).toBe('setup');
    expect(stateOf(login, { title: READY })).toBe('setup');
  });

  it('are questions where no word is understood', () => {
    expect(stateOf(box(['Wollen Sie?', '', '● 1. Ja', '  2. Nein']), { title: READY })).toBe('question');
    expect(stateOf(box([' > Settings', '', ' ▲', ' ● Vim Mode   false', ' ▼']), { title: READY })).toBe(
      'question',
    );
  });
});

describe('a failure of Gemini CLI', () => {
  it('is an error while it is the last word', () => {
    const failure = ['✕ [API Error: terminated]', '', 'ℹ This request failed. Press F12 for diagnostics'];
    expect(stateOf([...failure, ...composer()], { title: READY })).toBe('error');
    expect(stateOf([...failure, '▄'.repeat(80), ' > again', '▀'.repeat(80), '✦ Done.', ...composer()])).toBe(
      'idle',
    );
  });

  it('is a limit where the quota is used up', () => {
    const failure = ['✕ [API Error: You have exhausted your daily quota on this model.]'];
    expect(stateOf([...failure, ...composer()])).toBe('limited');
  });

  it('is nothing to the agent where only a command was unknown', () => {
    expect(stateOf(['✕ Unknown command: /model', ...composer()])).toBe('idle');
  });
});

describe('the process of Gemini CLI', () => {
  const isGemini = (...argv: string[]) =>
    findAgentProcess({ stat: 'S+', comm: 'node', argv, children: [] }, BUILT_IN_PROFILES)?.profile.name ===
    'gemini';

  it.each([
    [['node', '/usr/bin/gemini']],
    [['node', '/opt/agents/node_modules/.bin/gemini', '--yolo']],
    [['/usr/bin/node', '--max-old-space-size=12052', '/opt/agents/node_modules/.bin/gemini']],
    [['node', '/usr/lib/node_modules/@google/gemini-cli/dist/index.js']],
    [['node', '/usr/lib/node_modules/@google/gemini-cli/bundle/gemini.js', '-m', 'gemini-3-pro']],
    [['bun', '/root/.bun/bin/gemini', '-i', 'fix the tests']],
    [['gemini']],
  ])('is %j', (argv) => expect(isGemini(...argv)).toBe(true));

  it.each([
    [['node', '/usr/bin/gemini', '-p', 'say hello']],
    [['node', '/usr/bin/gemini', '--prompt=say hello']],
    [['node', '/usr/bin/gemini', 'mcp', 'list']],
    [['node', '/usr/bin/gemini', '--experimental-acp']],
    [['node', '/usr/bin/gemini', '--version']],
    [['node', '/usr/lib/node_modules/@google/gemini-cli-core/dist/index.js']],
    [['vim', '/home/user/gemini']],
    [['node', '/usr/bin/qwen']],
  ])('is not %j', (argv) => expect(isGemini(...argv)).toBe(false));
});
