import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { Observation } from '../../src/model/observation.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { readScreen } from '../../src/model/screen.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';

const profile = BUILT_IN_PROFILES.find((one) => one.name === 'qwen');
if (profile === undefined) throw new Error('no profile qwen');
const qwen = profile;

const RESTING = 'Qwen - app';
const WORKING = '◐\ufe0e Qwen - app';
const WAITING = '✳\ufe0e Qwen - app';

interface Look {
  columns?: number;
  title?: string;
  cursor?: [number, number];
  ansi?: string;
}

/** Looks at rows that stand at the top of a screen; the same rows without colours, unless `ansi` has others. */
function look(rows: string[], { columns = 80, title = RESTING, cursor = [0, 0], ansi }: Look = {}): Verdict {
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
      cursorVisible: true,
      alternate: true,
    }),
  };
  return judge(observation, qwen);
}

const stateOf = (rows: string[], given?: Look) => look(rows, given).state;

const PLACEHOLDER = '  Type your message or @path/to/file';

function composer({
  input = PLACEHOLDER,
  columns = 80,
  footer = ['  ➜ app · git:(main)', '  ⏸ Ask permissions'],
} = {}) {
  return ['─'.repeat(columns), `> ${input}`, '─'.repeat(columns), ...footer];
}

const CONFIRM = ['', '  ⠏ Waiting for user confirmation...'];
const PERMISSION = [
  "   Allow execution of: 'rm'?",
  '',
  '   › 1. Yes, allow once',
  '     2. Always allow in this project',
  '     3. No, suggest changes (esc)',
];

describe('the prompt of Qwen Code', () => {
  it.each([60, 80, 120, 200])('is idle with its placeholder, %i columns wide', (columns) => {
    expect(stateOf(composer({ columns }), { columns })).toBe('idle');
    expect(stateOf(composer({ columns, footer: ['  ? for shortcuts'] }), { columns })).toBe('idle');
  });

  it('is idle as 0.5 drew it, one column in', () => {
    expect(stateOf(['> hello', '', '✦ Hi.', '', ...composer().map((row) => row.replace(/^>/u, ' >'))])).toBe(
      'idle',
    );
  });

  it('is idle in another language and with a suggestion, which are gray', () => {
    const rows = composer({ input: '  输入您的消息或 @ 文件路径' });
    const ansi = rows
      .join('\n')
      .replace('  输', '\u001b[4m \u001b[0m\u001b[38;2;108;112;134m 输')
      .replace('路径', '路径\u001b[39m');
    expect(stateOf(rows, { ansi })).toBe('idle');
  });

  it('is idle with a suggestion whose first letter is underlined as its cursor', () => {
    const rows = composer({ input: 'The answer.' });
    const ansi = rows
      .join('\n')
      .replace('The answer.', '\u001b[4mT\u001b[0m\u001b[38;2;108;112;134mhe answer.\u001b[39m');
    expect(stateOf(rows, { ansi })).toBe('idle');
    expect(stateOf(rows, { ansi: ansi.replace('38;2;108;112;134', '39') })).toBe('draft');
  });

  it('is a draft once text stands in it, and in shell mode', () => {
    expect(stateOf(composer({ input: 'fix the tests \u200b' }), { cursor: [15, 1] })).toBe('draft');
    expect(stateOf(composer({ input: 'fix the tests \u200b' }), { cursor: [0, 5] })).toBe('draft');
    expect(stateOf(composer().map((row) => row.replace(/^>/u, '!')))).toBe('draft');
  });
});

describe('what is quoted in a message of Qwen Code', () => {
  it.each([
    [
      'a permission',
      [
        '  ◆\ufe0e It asks:',
        ...PERMISSION.map((row) => `  ${row}`),
        '',
        '    ⠏ Waiting for user confirmation...',
      ],
    ],
    ['a spinner', ['  ◆\ufe0e It shows:', '    ⠏ Thinking... (esc to cancel, 4s)']],
    [
      'a failure',
      ['  ◆\ufe0e It said:', '    ✕ [API Error: 401 invalid x-api-key]', '', '  ◆\ufe0e So it failed.'],
    ],
  ])('changes nothing: %s', (_what, message) => {
    expect(stateOf([...message, '', ...composer()])).toBe('idle');
  });

  it('does not look like one where the CLI draws it', () => {
    expect(stateOf(['  ◆\ufe0e I will.', ...PERMISSION, ...CONFIRM], { title: WAITING })).toBe('approval');
  });
});

describe('a running turn of Qwen Code', () => {
  it.each([
    [['  .  Engage. (5s · esc to cancel)']],
    [['  ⠙ Engage. (1m 5s · ↓ 1.1k tokens · esc to cancel)']],
    [
      [
        '  .. Distracting you with this witty phrase.. (33s · ↓ 1.1k tokens · esc to',
        '                                            cancel)',
      ],
    ],
    [['  .. Giving Cloudy a pat on the head...', '  (2s · esc to cancel)']],
    [['  .  Engage. (5s · esc to cancel)', '', '  also mention the tests']],
    [['⠙ Engage. (esc to cancel, 5s)', '', '']],
  ])('shows %j', (status) => {
    for (const title of [RESTING, WORKING]) {
      expect(stateOf([...status, ...composer()], { title })).toBe('busy');
      expect(stateOf([...status, ...composer({ input: 'typed meanwhile' })], { title })).toBe('busy');
    }
  });

  it('is known by its title or by the footer alone', () => {
    expect(stateOf(composer(), { title: WORKING })).toBe('busy');
    expect(stateOf(composer({ footer: ['  Enter to steer · Ctrl+Q to queue'] }))).toBe('busy');
  });

  it('is retrying while it counts down, and compacting while it compresses', () => {
    const countdown = ['  ✕ Rate limit exceeded. Please wait and try again. (Retrying in 5s… (attempt 1/7))'];
    const spinner = ['', '  .  Engage. (5s · esc to cancel)'];
    expect(stateOf([...countdown, ...spinner, ...composer()], { title: WORKING })).toBe('retrying');
    expect(stateOf(['  ⠼ Compressing chat history', ...spinner, ...composer()], { title: WORKING })).toBe(
      'compacting',
    );
    expect(stateOf(['  > /compress', '', '  ⠋ Compressing chat history'])).toBe('compacting');
  });
});

describe('the dialogs of Qwen Code', () => {
  it('ask leave, in a box (0.15) and without (0.24), with the title of either', () => {
    const boxed = [
      `  ╭${'─'.repeat(74)}╮`,
      ...PERMISSION.map((row) => `  │${row.slice(2).padEnd(74)}│`),
      `  ╰${'─'.repeat(74)}╯`,
    ];
    for (const title of [RESTING, WAITING]) {
      expect(stateOf([...PERMISSION, ...CONFIRM], { title })).toBe('approval');
      expect(stateOf([...boxed, ...CONFIRM], { title })).toBe('approval');
    }
  });

  it('ask a question, also with boxes to tick', () => {
    const keys = '   ↑/↓: Navigate | Enter: Select | Esc: Cancel';
    const single = [
      '   Which database?',
      '',
      '   ❯ 1. SQLite',
      '     2. Postgres',
      '     3. Type something...',
      '',
      keys,
    ];
    const several = single.map((row) => row.replace(/(\d)\. /u, '[ ] $1. '));
    const plan = [
      '   Would you like to proceed?',
      '',
      '   › 1. Yes, and auto-accept edits',
      '     2. Yes, and manually approve edits',
      '     3. No, keep planning (esc)',
    ];
    for (const rows of [single, several, plan]) {
      expect(stateOf([...rows, ...CONFIRM], { title: WAITING })).toBe('question');
      expect(stateOf([...rows, ...CONFIRM])).toBe('question');
    }
  });

  it('are set-up where a folder is to be trusted', () => {
    const rows = [
      '│ Do you trust this folder?',
      '│',
      '│ › 1. Trust folder (app)',
      "│   2. Don't trust (esc)",
      '│',
    ];
    expect(
      stateOf([`   ╭${'─'.repeat(60)}`, ...rows.map((row) => `   ${row}`), `   ╰${'─'.repeat(60)}`]),
    ).toBe('setup');
  });
});

describe('a failure of Qwen Code', () => {
  it('is an error while it is the last word, a limit where the quota is used up', () => {
    const failure = (words: string) => [
      `  ✕ [API Error: ${words}] (Press Ctrl+Y to retry)`,
      '',
      ...composer(),
    ];
    expect(stateOf(failure('401 invalid x-api-key'))).toBe('error');
    expect(stateOf(failure('429 You exceeded your current quota, please check your plan'))).toBe('limited');
    expect(
      stateOf([
        '  ✕ [API Error: 400 bad request]',
        '',
        '  > thanks',
        '',
        '  ◆\ufe0e Hello.',
        '',
        ...composer(),
      ]),
    ).toBe('idle');
  });
});

describe('the process of Qwen Code', () => {
  const isQwen = (...argv: string[]) =>
    findAgentProcess({ stat: 'S+', comm: 'node', argv, children: [] }, BUILT_IN_PROFILES)?.profile.name ===
    'qwen';

  it.each([
    [['node', '/usr/bin/qwen']],
    [['node', '/opt/agents/node_modules/.bin/qwen', '--approval-mode', 'default']],
    [['node', '--expose-gc', '/usr/lib/node_modules/@qwen-code/qwen-code/cli.js']],
    [['node', '/usr/lib/node_modules/@qwen-code/qwen-code/cli-entry.js', '--continue']],
  ])('is %j', (argv) => expect(isQwen(...argv)).toBe(true));

  it.each([
    [['node', '/usr/bin/qwen', '-p', 'say hello']],
    [['node', '/usr/bin/qwen', 'mcp', 'list']],
    [['node', '/usr/bin/qwen', '--acp']],
    [['node', '/usr/bin/qwen', 'serve']],
    [['node', '/usr/lib/node_modules/@qwen-code/qwen-code/fzfWorker.js']],
    [['node', '/usr/bin/gemini']],
  ])('is not %j', (argv) => expect(isQwen(...argv)).toBe(false));
});
