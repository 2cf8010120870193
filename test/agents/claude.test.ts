import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { NativeSignal, Observation } from '../../src/model/observation.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { readScreen } from '../../src/model/screen.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';
import { readRecordings } from '../helpers/recordings.ts';

const profile = BUILT_IN_PROFILES.find((one) => one.name === 'claude');
if (profile === undefined) throw new Error('no profile claude');
const claude = profile;

interface Look {
  columns?: number;
  rows?: number;
  title?: string;
  native?: NativeSignal;
  cursor?: [number, number];
  ansi?: string;
}

/** Looks at rows that stand at the top of a screen; the same rows without colours, unless `ansi` has others. */
function look(rows: string[], given: Look = {}): Verdict {
  const { columns = 80, title = '✳ Claude Code', native, cursor = [0, 0] } = given;
  const text = rows.join('\n');
  const observation: Observation = {
    at: 0,
    dead: false,
    deadStatus: null,
    deadSignal: null,
    title,
    command: 'claude',
    screen: readScreen({
      size: [columns, given.rows ?? Math.max(24, rows.length)],
      text,
      ansi: given.ansi ?? text,
      cursor,
      cursorVisible: false,
      alternate: false,
    }),
  };
  return judge(native === undefined ? observation : { ...observation, native }, claude);
}

function box(input = '❯', footer = ['  ? for shortcuts · ← for agents'], columns = 80): string[] {
  const rule = '─'.repeat(columns);
  return [rule, input, rule, ...footer];
}

const idle: NativeSignal = { source: 'claude-session-file', status: 'idle' };

describe('what is quoted in the conversation', () => {
  const dialog = [' Do you want to proceed?', ' ❯ 1. Yes', '   2. No', '', ' Esc to cancel · Tab to amend'];

  it.each([
    ['a dialog in an answer', ['● It asks:', '', ...dialog.map((row) => ` ${row}`)]],
    [
      'a dialog in the output of a tool',
      ['● Bash(cat dialog.txt)', ...dialog.map((row) => `     ${row}`), '', '● Done.'],
    ],
    [
      'a spinner in an answer',
      ['● While it works it shows this:', '', '  ✻ Coalescing… (10s · ↓ 176 tokens · esc to interrupt)'],
    ],
    ['a retry in an answer', ['● It said:', '  ✻ 529 Overloaded · retrying in 5s · attempt 5/10']],
    [
      'a limit in an answer',
      ["● You've hit your weekly limit · resets Nov 25, 7:44pm (UTC), it said.", '', '✻ Baked for 2s'],
    ],
    [
      'a limit in the output of a tool',
      ['● Bash(tail log)', "  ⎿  You've hit your weekly limit · resets 3pm", '', '● That is all.'],
    ],
    [
      'a limit in the message itself',
      [
        '❯ why "You\'ve hit your weekly limit · resets 3pm"?',
        '  ⎿  Interrupted · What should Claude do instead?',
      ],
    ],
    [
      'an API error at the start of an answer',
      ['● API Error: 500 means that the server failed.', '', '✻ Baked for 2s'],
    ],
    ['an API error in the output of a command', ['! tail log', '  ⎿  API Error: 529 Overloaded']],
  ])('%s does not fool it', (_what, conversation) => {
    expect(look([...conversation, '', ...box()]).state).toBe('idle');
  });

  it('does not fool it while it is typed', () => {
    const input = ['❯ it says Do you want to proceed?', '  ❯ 1. Yes', '  Esc to cancel'];
    const rows = ['● Hello.', '', '─'.repeat(80), ...input, '─'.repeat(80), '  ? for shortcuts'];
    expect(look(rows, { cursor: [15, 5] }).state).toBe('draft');
  });

  it('keeps its real state below a quoted one', () => {
    expect(look([...dialog, '', '✢ Musing… (3s · ↓ 2 tokens)', '', ...box()]).state).toBe('busy');
  });
});

describe('wordings of other versions', () => {
  it.each([
    ['  ⎿  5-hour limit reached ∙ resets 3pm', '3pm'],
    ['  ⎿  Claude usage limit reached. Your limit will reset at 3pm (Europe/Berlin).', '3pm (Europe/Berlin)'],
    ["  ⎿  You've hit your limit · resets 3pm (Europe/Berlin)", '3pm (Europe/Berlin)'],
    ["  ⎿  You've hit your session limit · resets 10:49pm (UTC)", '10:49pm (UTC)'],
    ['  ⎿  Opus weekly limit reached ∙ resets Oct 6, 1pm', 'Oct 6, 1pm'],
  ])('reads %j as a limit', (row, reset) => {
    const verdict = look([
      '> say hello',
      row,
      '     /upgrade to increase your usage limit.',
      '',
      ...box('>'),
    ]);
    expect([verdict.state, verdict.resetText]).toEqual(['limited', reset]);
  });

  it.each([
    '  ? for shortcuts                      Approaching usage limit · resets at 3pm',
    "  ? for shortcuts              You've used 93% of your session limit · resets 3pm",
    '  ⏵⏵ bypass permissions on (shift+tab to cycle)',
    '  ⏸ plan mode on (shift+tab to cycle)          Context left until auto-compact: 9%',
    '  my own status line │ main │ 42%',
  ])('takes the footer %j for an idle one', (footer) => {
    expect(look(['● Hello.', '', ...box('❯', [footer])]).state).toBe('idle');
  });

  it.each([
    [
      '✶ Herding… (esc to interrupt · ctrl+t to hide todos · 3s · ↓ 120 tokens)',
      '  ⎿  ☐ Read the code',
      '     ☐ Change it',
    ],
    ['· Smooshing…', '  ⎿  Tip: Use /theme to change the color theme'],
    ['● Bash(make)', '  ⎿  Running… (3s)', '     (ctrl+b to run in background)'],
    ['✻ Waiting for 2 background agents to finish'],
  ])('is busy with %j', (...rows) => {
    expect(look(['❯ go on', '', ...rows, '', ...box()]).state).toBe('busy');
  });

  it('reads the retry that 2.0 reports under the message', () => {
    const fault = '  ⎿  API Error (529 {"type":"error"}) · Retrying in 4 seconds… (attempt 4/10)';
    expect(look(['> say hello', fault, '', '✻ Forging… (esc to interrupt)', '', ...box('>')]).state).toBe(
      'retrying',
    );
  });

  it('reads the framed box of 1.x', () => {
    const frame = (input: string) => [`╭${'─'.repeat(78)}╮`, `│ ${input.padEnd(77)}│`, `╰${'─'.repeat(78)}╯`];
    expect(look(['● Hello.', '', ...frame('>'), '  ? for shortcuts']).state).toBe('idle');
    expect(look(['● Hello.', '', ...frame('> fix the tests'), '']).state).toBe('draft');
    expect(look(['✻ Forging… (2s · esc to interrupt)', '', ...frame('>'), '']).state).toBe('busy');
    expect(look(['● Hello.', '', ...frame('!'), '']).state).toBe('draft');
  });

  it('sees a session name that 2.1 writes into the rule', () => {
    const rows = box();
    expect(look(['● Hello.', '', `${'─'.repeat(60)} my session ──`, ...rows.slice(1)]).state).toBe('idle');
  });
});

describe('ghost text in the box', () => {
  const dim = (text: string) => `❯ \u001b[7m${text[0]}\u001b[0;2m${text.slice(1)}\u001b[0m`;

  it('is not typed text, though the letter under the drawn cursor is not dim', () => {
    const rows = ['● Hello.', '', ...box('❯ run the tests')];
    const ansi = rows.join('\n').replace('❯ run the tests', dim('run the tests'));
    expect(look(rows, { ansi }).state).toBe('idle');
    expect(look(rows).state).toBe('draft');
  });

  it('asks for colours when only they can tell', () => {
    const rows = ['● Hello.', '', ...box('❯ run the tests')];
    const screen = readScreen({
      size: [80, 24],
      text: rows.join('\n'),
      cursor: [0, 9],
      cursorVisible: false,
      alternate: false,
    });
    const seen: Observation = {
      at: 0,
      dead: false,
      deadStatus: null,
      deadSignal: null,
      title: '',
      command: 'claude',
      screen,
    };
    expect(judge(seen, claude)).toMatchObject({ state: 'unknown', needsColours: true });
  });

  it('needs no colours when the cursor stands behind the text', () => {
    expect(look(box('❯ run the tests'), { cursor: [15, 1] }).evidence[0]?.rule).toBe('typed-cursor');
  });
});

describe('other sizes', () => {
  const fixtures = readRecordings().filter(([path]) => path.startsWith('claude-'));

  it.each([10, 40])('reads every recording the same with %d blank rows below', (blank) => {
    for (const [path, recording] of fixtures) {
      const [columns = 80, rows = 24] = recording.size.split('x').map(Number);
      const { text, ansi = text, cursor, title } = recording;
      if (recording.state === 'exited' || recording.state === 'suspended') continue;
      const given = { columns, rows: rows + blank, cursor, title, ansi: ansi + '\n'.repeat(blank) };
      expect(`${path} ${look([text + '\n'.repeat(blank)], given).state}`).toBe(`${path} ${recording.state}`);
    }
  });

  it('reads dialogs whose text wraps in 40 columns', () => {
    const approval = [
      '─'.repeat(40),
      ' Bash command',
      '',
      '   make',
      '',
      ' Do you want to',
      ' proceed?',
      ' ❯ 1. Yes',
      '   2. No',
      '',
      ' Esc to cancel · Tab to',
      ' amend',
    ];
    expect(look(['❯ go on', '', ...approval], { columns: 40 }).state).toBe('approval');
    const plan = [
      '─'.repeat(40),
      ' Claude has written up a plan and is',
      ' ready to execute. Would you like to',
      ' proceed?',
      '',
      ' ❯ 1. Yes, and use auto mode',
      '   2. No, keep planning',
    ];
    expect(look(['❯ go on', '', ...plan], { columns: 40 }).state).toBe('question');
  });
});

describe('what is never idle', () => {
  it.each([
    ['a box without its rules', ['● Hello.', '', '❯', '  ? for shortcuts']],
    ['a box without its prompt', ['● Hello.', '', ...box(' ')]],
    [
      'a menu of a kind that nobody knows',
      ['❯ /thing', '─'.repeat(80), '  Choose a thing', '', '  ❯ This', '    That'],
    ],
    ['the whole conversation (ctrl+o)', ['● Hello.', '', '  Showing detailed transcript · ctrl+o to toggle']],
    ['an old box above a shell', ['● Hello.', '', ...box(), 'rig$ claude']],
    ['shell mode', ['● Hello.', '', ...box('!', ['  ! for shell mode'])]],
  ])('%s', (_what, rows) => {
    expect(look(rows).state).not.toBe('idle');
    expect(look(rows, { native: idle }).state).not.toBe('idle');
  });
});

describe('the session file', () => {
  const waiting: NativeSignal = {
    source: 'claude-session-file',
    status: 'waiting',
    detail: 'permission prompt',
  };

  it('agrees with an empty prompt, and yields to what it cannot know', () => {
    expect(look(['● Hello.', '', ...box()], { native: idle }).state).toBe('idle');
    expect(look(box('❯ run'), { native: idle, cursor: [5, 1] }).state).toBe('draft');
    expect(look(['✢ Musing… (3s)', '', ...box()], { native: idle }).state).toBe('busy');
    expect(
      look(['● Hello.', '', ...box('❯', ['  ⚠ Usage limit reached · limit resets 10:49pm'])], {
        native: idle,
      }),
    ).toMatchObject({ state: 'limited', resetText: '10:49pm' });
  });

  it('counts as idle while only a shell runs in the background', () => {
    expect(look(['● Hello.', '', ...box()], { native: { ...idle, status: 'shell' } }).state).toBe('idle');
  });

  it('makes an idle-looking first frame busy', () => {
    expect(look(['❯ hello', '', ...box()], { native: { ...idle, status: 'busy' } }).state).toBe('busy');
  });

  it('tells a permission from a question only with the screen', () => {
    expect(look(['?'], { native: waiting }).state).toBe('approval');
    expect(
      look(['─'.repeat(80), ' ☐ Database', '', '❯ 1. SQLite', '', 'Enter to select · Esc to cancel'], {
        native: waiting,
      }).state,
    ).toBe('question');
    expect(look(['?'], { native: { ...waiting, detail: 'input needed' } }).state).toBe('question');
    expect(look(['?'], { native: { ...waiting, detail: 'dialog open' } }).state).toBe('question');
  });
});

describe('the title', () => {
  it('says busy with a spinner (2.1.197), even while the screen looks idle', () => {
    expect(look(['❯ hello', '', ...box()], { title: '⠂ Mock task' }).state).toBe('busy');
  });

  it('says nothing with a star', () => {
    expect(look(['?'], { title: '✳ Mock task' }).state).toBe('unknown');
  });
});

describe('the process', () => {
  const kindOf = (...argv: string[]) =>
    findAgentProcess({ stat: 'S+', comm: 'x', argv, children: [] }, BUILT_IN_PROFILES)?.profile.name;

  it.each([
    [['claude']],
    [['/usr/local/bin/claude', '--permission-mode', 'plan']],
    [['claude', '--continue']],
    [['claude', '--model', 'opus', 'run mkdir -p out']],
    [['claude', 'update the docs']],
    [['claude', 'mcp is broken, repair it']],
    [['node', '--max-old-space-size=8192', '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js']],
    [['node', '/home/user/.nvm/versions/node/v20/bin/claude', '--resume']],
    [['bun', '/home/user/.bun/bin/claude']],
    [['/home/user/.local/share/claude/versions/2.1.330']],
    [['/opt/claude-code/bin/claude.exe']],
  ])('%j is Claude Code', (argv) => {
    expect(kindOf(...argv)).toBe('claude');
  });

  it.each([
    [['claude', 'mcp', 'serve']],
    [['claude', '-p', 'say hello']],
    [['claude', '--model', 'opus', '--print', 'say hello']],
    [['claude', '--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json']],
    [['claude', 'update']],
    [['claude', 'doctor']],
    [['claude', '--version']],
    [['vim', '/home/user/claude']],
    [['bash', '-c', 'claude']],
    [['node', '/home/user/src/claude-proxy/cli.js']],
    [['claude-monitor']],
  ])('%j is not', (argv) => {
    expect(kindOf(...argv)).not.toBe('claude');
  });
});
