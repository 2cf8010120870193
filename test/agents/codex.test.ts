import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codex as input } from '../../src/agents/codex/profile.ts';
import type { ProcessNode } from '../../src/model/observation.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { ProfileSchema } from '../../src/model/profile.ts';
import { readScreen } from '../../src/model/screen.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';
import { judgeRecording, readRecordings } from '../helpers/recordings.ts';

const codex = ProfileSchema.parse(input);
const FIXTURES = join(import.meta.dirname, '../fixtures/screens');

const COMPOSER = ['', '', '› Ask Codex to do anything', ''];
const FOOTER = ['  GPT-6-Sol default · /home/rig/work/app · Mock task', '  ← for agents · ? for shortcuts'];

/** The verdict on plain rows. The cursor stands at the start of the composer unless told otherwise. */
function read(
  rows: string[],
  options: { title?: string; cursor?: [number, number]; ansi?: string } = {},
): Verdict {
  const row = rows.findLastIndex((text) => text.startsWith('›') || text.startsWith('▌'));
  return judge(
    {
      at: 0,
      dead: false,
      deadStatus: null,
      deadSignal: null,
      title: options.title ?? '',
      command: 'node',
      screen: readScreen({
        size: [80, 24],
        text: rows.join('\n'),
        ...(options.ansi === undefined ? {} : { ansi: options.ansi }),
        cursor: options.cursor ?? [2, row],
        cursorVisible: true,
        alternate: true,
      }),
    },
    codex,
  );
}

function idleAfter(message: string[]): Verdict {
  return read(['› hello', '', ...message, ...COMPOSER, ...FOOTER]);
}

function isCodex(argv: string[]): boolean {
  const node: ProcessNode = { stat: 'Sl+', comm: 'MainThread', argv, children: [] };
  return findAgentProcess(node, [codex]) !== undefined;
}

describe('Codex: text that quotes', () => {
  it('a status line in an answer leaves the prompt idle', () => {
    const state = idleAfter(['• The log says: • Working (12s • esc to interrupt), and then it stops.']).state;
    expect(state).toBe('idle');
  });

  it('a usage limit in an answer leaves the prompt idle', () => {
    expect(
      idleAfter(['• It prints:', '', "  ■ You've hit your usage limit. Try again in 3 days."]).state,
    ).toBe('idle');
  });

  it('an approval in an answer leaves the prompt idle', () => {
    const quoted = [
      '• Codex would ask:',
      '',
      '  Would you like to run the following command?',
      '',
      '  1. Yes, proceed (y)',
    ];
    expect(idleAfter([...quoted, '  2. No', '', '  Press enter to confirm or esc to cancel']).state).toBe(
      'idle',
    );
  });

  it('the trust question in the prompt of the user leaves the prompt idle', () => {
    const rows = [
      '› Why do you ask',
      '  Do you trust the contents of this directory?',
      '  1. Yes, continue',
      '',
      '• Because.',
    ];
    expect(read([...rows, ...COMPOSER, ...FOOTER]).state).toBe('idle');
  });

  it('an error of an earlier turn is over', () => {
    expect(read(['■ stream disconnected', '', '› again', '', '• Done.', ...COMPOSER, ...FOOTER]).state).toBe(
      'idle',
    );
  });
});

describe('Codex: dialogs', () => {
  const options = ['› 1. Yes, proceed (y)', '  2. No, and tell Codex what to do differently (esc)'];
  const keys = ['', '  Press enter to confirm or esc to cancel'];

  it('are approvals whatever their title says', () => {
    expect(read(['• Running ls', '', '  Some new wording?', '', ...options, ...keys]).state).toBe('approval');
    expect(read(['  Would you like to grant these permissions?', '', ...options, ...keys]).state).toBe(
      'approval',
    );
  });

  it('are never idle when the selection mark, the keys or an option is unreadable', () => {
    const title = ['• Running ls', '', '  Would you like to run the following command?', ''];
    const unmarked = [...title, ...options.map((row) => row.replace('›', ' ')), ...keys];
    expect(read(unmarked).state).toBe('approval');
    expect(read([...title, ...options]).state).toBe('approval');
    expect(read([...title, '›', ...options.slice(1), ...keys]).state).not.toBe('idle');
  });

  it('of a tool server (elicitation) are approvals', () => {
    const rows = [
      '  Field 1/1',
      '  Allow Calendar to create an event',
      '',
      '  › 1. Allow         Run the tool and continue.',
    ];
    expect(
      read([...rows, '    2. Cancel        Cancel this tool call', '', '  enter to submit | esc to cancel'])
        .state,
    ).toBe('approval');
  });

  it('that choose a model are questions, news at the start is set-up', () => {
    const model = [
      '  Select Model and Effort',
      '',
      '› 1. gpt-6-sol',
      '  2. gpt-6',
      '',
      '  Press enter to confirm or esc to go back',
    ];
    expect(read(model).state).toBe('question');
    expect(
      read([
        '  Update available! 0.1 -> 0.2',
        '',
        '› 1. Update now',
        '  2. Skip',
        '',
        '  Press enter to continue',
      ]).state,
    ).toBe('setup');
  });

  it('are set-up while the welcome animation hides the options', () => {
    const rows = [
      "  Welcome to Codex, OpenAI's command-line coding agent",
      '',
      '> You are running Codex in /home/rig/app',
    ];
    expect(
      read([...rows, '', '  Since this folder is version controlled, you may wish to allow Codex']).state,
    ).toBe('setup');
  });

  it('that look like a draft of a list are told by the footer', () => {
    const rows = ['› 1. read app.py', '  2. fix it', '', ...FOOTER.slice(0, 1)];
    expect(read(rows, { cursor: [10, 1], ansi: rows.join('\n') }).state).toBe('unknown');
  });
});

describe('Codex: prompt', () => {
  it('wants colours only where text may be a suggestion', () => {
    const rows = [
      '› hello',
      '',
      '• Hi.',
      '',
      '',
      '› Summarize recent commits',
      '',
      '  gpt-5-codex default · ~/app',
    ];
    expect(read(rows).needsColours).toBe(true);
    const dim = rows
      .map((row, i) => (i === 5 ? '› \u001b[2mSummarize recent commits\u001b[0m' : row))
      .join('\n');
    expect(read(rows, { ansi: dim }).state).toBe('idle');
    expect(read(rows, { ansi: rows.join('\n'), cursor: [26, 5] }).state).toBe('draft');
  });

  it('of the start screen, which names no model yet, is not ready', () => {
    const rows = [
      '',
      '  >_ OpenAI Codex (v0.169.0)',
      '     /home/rig/work/app',
      '',
      '',
      '› Ask Codex to do anything',
      '',
    ];
    expect(read([...rows, '  ? for shortcuts']).state).toBe('starting');
  });

  it('in shell mode is a draft: what is typed there runs', () => {
    expect(read(['• Hi.', '', '!', '', '  gpt-5 · ~/app      Shell mode'], { cursor: [2, 2] }).state).toBe(
      'draft',
    );
  });

  it('is not idle under a limit whose mark is missing', () => {
    const limit = " You've hit your usage limit. Visit the site or try again at Nov 25th, 2026 10:52 PM.";
    expect(idleAfter([limit])).toMatchObject({ state: 'limited', resetText: 'Nov 25th, 2026 10:52 PM' });
  });

  it('is not idle when a shell has written below it', () => {
    expect(read(['• Hi.', ...COMPOSER, ...FOOTER, 'rig$ fg', 'codex']).state).toBe('unknown');
  });

  it('stands at the top of a tall pane just as well', () => {
    expect(read(['• Hi.', ...COMPOSER, ...FOOTER, ...Array<string>(30).fill('')]).state).toBe('idle');
  });
});

describe('Codex up to 0.39, with a bar before the input', () => {
  const keys = ' ⏎ send   Ctrl+J newline   Ctrl+T transcript   Ctrl+C quit';

  it('reads its limit, and when it ends', () => {
    const rows = [
      '▌hi',
      '',
      "🖐  You've hit your usage limit. Try again in 2 days 17 hours 14 minutes.",
      '',
      '▌ Write tests',
      keys,
    ];
    expect(read(rows, { cursor: [1, 4] })).toMatchObject({
      state: 'limited',
      resetText: '2 days 17 hours 14 minutes',
    });
  });

  it('reads its approval', () => {
    const rows = [
      '? Codex wants to run ls',
      '',
      '▌Allow command?',
      '▌ Yes   Always   No, provide feedback',
      '▌ Approve and run the command',
    ];
    expect(read(rows).state).toBe('approval');
  });
});

describe('Codex: title', () => {
  const idle = ['• Hi.', ...COMPOSER, ...FOOTER];

  it('with a spinner means busy, as the screen of a streaming answer equals an idle one', () => {
    expect(read(idle, { title: '⠴ Mock task | app' }).state).toBe('busy');
    expect(read(idle, { title: 'Mock task | app' }).state).toBe('idle');
  });

  it('that calls for action means approval unless the screen shows a question', () => {
    const question = [
      '  Question 1/1 (1 unanswered)',
      '  Which?',
      '',
      '  › 1. A',
      '    2. B',
      '',
      '  tab to add notes | enter to submit answer | esc to interrupt',
    ];
    expect(read(question, { title: '[ . ] Action Required | app' }).state).toBe('question');
    expect(read(['?'], { title: '[ ! ] Action Required | app' }).state).toBe('approval');
  });
});

describe('Codex: processes', () => {
  it.each([
    [['node', '/usr/local/bin/codex']],
    [['node', '/home/u/.npm/_npx/1/node_modules/.bin/codex', '--no-daemon']],
    [['node', '/usr/lib/node_modules/@openai/codex/bin/codex.js', 'resume', '--last']],
    [['bun', '/home/u/.bun/bin/codex']],
    [['/x/vendor/x86_64-unknown-linux-musl/bin/codex', '-m', 'gpt-5', 'debug the failing test']],
    [['/x/bin/codex-x86_64-unknown-linux-musl']],
    [['codex', '--yolo', 'review the plan and apply it']],
  ])('%j is one', (argv) => expect(isCodex(argv)).toBe(true));

  it.each([
    [['/x/bin/codex', 'app-server', '--listen', 'unix://', '--managed-daemon']],
    [['/x/bin/codex', 'app-server', 'daemon', 'pid-update-loop']],
    [['node', '/usr/local/bin/codex', 'exec', 'fix it']],
    [['codex', '-m', 'gpt-5', 'exec', 'fix it']],
    [['codex', 'mcp-server']],
    [['codex', 'mcp', 'list']],
    [['codex', 'login']],
    [['codex', '--version']],
    [['codex-linux-sandbox', '--command-cwd', '/x']],
    [['/x/bin/codex-code-mode-host', '--listen', 'grpc+stdio://']],
    [['vim', 'codex']],
  ])('%j is not', (argv) => expect(isCodex(argv)).toBe(false));
});

it('Codex: every recorded limit tells when it ends', () => {
  const limits = readRecordings().filter(([, one]) => one.agent === 'codex' && one.state === 'limited');
  for (const [path, recording] of limits) {
    const { reset } = JSON.parse(readFileSync(join(FIXTURES, path), 'utf8')) as { reset?: string };
    expect([path, judgeRecording(recording).resetText]).toEqual([path, reset]);
  }
});
