import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import { readScreen } from '../../src/model/screen.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeObservation } from '../helpers/recordings.ts';

const rule = (columns = 80) => '─'.repeat(columns);
const FOOTER = [
  '~/project (main)',
  '↑1.2k ↓42 0.6%/200k (auto)                                        some-model',
];
const RED = '\u001b[38;2;204;102;102m';

/** A screen whose colours are those in the rows; the cursor stands at the start of the input unless told. */
function read(painted: string[], cursor?: [number, number]): Verdict {
  const rows = painted.map((row) => row.replace(/\u001b\[[\d;]*m/g, ''));
  const screen = readScreen({
    size: [80, rows.length],
    text: rows.join('\n'),
    ansi: painted.join('\n'),
    cursor: cursor ?? [0, rows.findLastIndex((row) => row.startsWith('──')) - 1],
    cursorVisible: false,
    alternate: false,
  });
  const observation = { at: 0, dead: false, deadStatus: null, deadSignal: null };
  return judgeObservation({ ...observation, title: 'π - project', command: 'pi', screen }, 'pi');
}

const stateOf = (...parameters: Parameters<typeof read>) => read(...parameters).state;
const idleUnder = (...rows: string[]) => [...rows, '', rule(), '', rule(), ...FOOTER];

function isPi(...argv: string[]): boolean {
  const node = { stat: 'Sl+', comm: 'x', argv, children: [] };
  return findAgentProcess(node, BUILT_IN_PROFILES)?.profile.name === 'pi';
}

describe('what the conversation quotes', () => {
  it.each([
    ['a spinner', [' ⠏ Working...', '', ' is what it shows.']],
    ['a retry', [' ⠦ Retrying (3/3) in 6s... (escape to cancel)', '', ' went on for a while.']],
    [
      'a dialog',
      [
        rule(),
        ' Allow?',
        ' → Yes',
        '   No',
        ' ↑↓ navigate  enter select  escape/ctrl+c cancel',
        rule(),
        '',
        ' Like this.',
      ],
    ],
    ['an error', [' Error: 401 invalid x-api-key']],
    ['a limit', [' Error: You have hit your ChatGPT usage limit. Try again in ~171 min.']],
    ['a compaction', [' Compacting the list is what I did.']],
  ])('does not pass %s off as the live one', (_, quoted) => {
    expect(stateOf(idleUnder(' Look:', '', ...quoted))).toBe('idle');
  });

  it('asks for colours only where the word Error could be its own', () => {
    const screen = readScreen({
      size: [80, 8],
      text: idleUnder(' Error: 401').join('\n'),
      ...{ cursor: [0, 3], cursorVisible: false, alternate: false },
    });
    const observation = { at: 0, dead: false, deadStatus: null, deadSignal: null, title: '', command: 'pi' };
    expect(judgeObservation({ ...observation, screen }, 'pi')).toMatchObject({ needsColours: true });
    const plain = { ...screen, rows: idleUnder(' All good.') };
    expect(judgeObservation({ ...observation, screen: plain }, 'pi').state).toBe('idle');
  });
});

describe('the input', () => {
  it('is idle at the top of a tall pane and on a narrow one', () => {
    expect(stateOf([...idleUnder(' Done.'), ...Array<string>(30).fill('')])).toBe('idle');
    expect(
      stateOf([' Done.', '', rule(40), '', rule(40), '~/project (main)', '↑1.2k ↓42 ?/200k (auto)  model']),
    ).toBe('idle');
  });

  it('is idle where an old version leaves the cursor at the end of the screen', () => {
    expect(stateOf(idleUnder(' Done.'), [80, 7])).toBe('idle');
  });

  it('is not idle with text in it, however long', () => {
    expect(stateOf([' Done.', '', rule(), 'fix it', rule(), ...FOOTER], [6, 3])).toBe('draft');
    const long = ['─── ↑ 3 more ────────────────', 'line 4', 'line 5', '─── ↓ 2 more ────────────────'];
    expect(stateOf([' Done.', '', ...long, ...FOOTER], [6, 3])).toBe('draft');
    expect(stateOf([' Done.', '', rule(), '/quit', rule(), '→ quit   Quit pi', ...FOOTER], [5, 3])).toBe(
      'draft',
    );
  });

  it('is not idle without its rules or its footer', () => {
    expect(stateOf([' Done.', '', rule(), '', rule()])).toBe('unknown');
    expect(stateOf([' Done.', '', rule(), '', ...FOOTER])).toBe('unknown');
    expect(stateOf([' Done.', '', rule(), '', '', '', rule(), ...FOOTER])).toBe('unknown');
  });

  it('is not idle when the prompt of a shell stands below', () => {
    expect(stateOf([...idleUnder(' Done.'), '', 'me@host:~$'])).toBe('unknown');
  });

  it('is setup while nobody has logged in', () => {
    expect(stateOf([' Hi.', '', rule(), '', rule(), '~/project', '0.0%/0 (auto)             unknown'])).toBe(
      'setup',
    );
  });
});

describe('the spinner', () => {
  it.each([
    ['of 0.73, above the input', ' ⠏ Working...', 'busy'],
    ['of 0.30, with a hint', ' ⠹ Working... (esc to interrupt)', 'busy'],
    ['with words of an extension', ' ⠹ Reading the manual', 'busy'],
    ['of a retry', ' ⠦ Retrying (3/3) in 6s... (escape to cancel)', 'retrying'],
    ['of a compaction', ' ⠦ Compacting context... (escape to cancel)', 'compacting'],
    [
      'of a compaction by itself',
      ' ⠦ Context overflow detected, Auto-compacting... (escape to cancel)',
      'compacting',
    ],
  ])('%s', (_, spinner, state) => {
    expect(stateOf(idleUnder(' Text.', '', spinner))).toBe(state);
  });

  it.each([
    ['Working', 'busy'],
    ['Retrying (2/3) in 4s... (escape to cancel)', 'retrying'],
    ['Compacting context... (escape to cancel)', 'compacting'],
  ])('of 0.87 stands in the upper rule: %s', (words, state) => {
    const upper = `── ⠇ ${words} `.padEnd(80, '─');
    expect(stateOf([' Text.', '', upper, '', rule(), ...FOOTER])).toBe(state);
    expect(stateOf([' Text.', '', upper.replace('⠇', '●'), '', rule(), ...FOOTER])).not.toBe('idle');
  });

  it('of a shell command stands between rules of its own', () => {
    const command = [rule(), ' $ sleep 5', '', ' ⠼ Running... (escape/ctrl+c to cancel)', rule(), ''];
    expect(stateOf([...command, rule(), '', rule(), ...FOOTER])).toBe('busy');
    expect(stateOf([rule(), ' $ sleep 5', rule(), '', rule(), '', rule(), ...FOOTER])).toBe('idle');
  });
});

describe('what stands in the place of the input', () => {
  const dialog = (...rows: string[]) => [' ⠏ Working...', '', rule(), '', ...rows, '', rule(), ...FOOTER];

  it('asks leave or asks a question, also while the spinner turns', () => {
    const keys = ' ↑↓ navigate  enter select  escape/ctrl+c cancel';
    expect(stateOf(dialog(' Allow rm -rf?', '', ' → Yes', '   No', '', keys), [80, 0])).toBe('approval');
    expect(stateOf(dialog(' Which one?', '', ' → This', '   That', '', keys), [80, 0])).toBe('question');
    expect(stateOf(dialog(' Which one?', '', ' → This', '   That'), [80, 0])).toBe('question');
    expect(stateOf(dialog(' Reason?', '', '>', '', ' enter submit  escape/ctrl+c cancel'), [2, 6])).toBe(
      'question',
    );
  });

  it('is setup when it asks for trust or a login', () => {
    const trust = [rule(), '', ' Trust project folder?', '', ' → Trust', '   Do not trust', '', rule()];
    expect(stateOf(trust, [80, 7])).toBe('setup');
    expect(stateOf(dialog('Select provider to login:', '', '→ Anthropic', '  GitHub Copilot'), [80, 0])).toBe(
      'setup',
    );
  });
});

describe('an error', () => {
  it('stands in its own colour right above the input', () => {
    expect(stateOf(idleUnder(` ${RED}Error: 401 invalid x-api-key\u001b[39m`))).toBe('error');
    expect(
      stateOf(
        idleUnder(` ${RED}Error: No API key found for the selected model.\u001b[39m`, '', ' Use /login.'),
      ),
    ).toBe('error');
    expect(stateOf(idleUnder(` ${RED}Error: 401\u001b[39m`, '', ' All good now.'))).toBe('idle');
  });

  it('tells how long a usage limit lasts', () => {
    const limit = ` ${RED}Error: You have hit your ChatGPT usage limit (plus plan). Try again in ~171 min.\u001b[39m`;
    expect(read(idleUnder(limit))).toMatchObject({ state: 'limited', resetText: 'in ~171 min' });
  });
});

describe('the process', () => {
  it.each([
    [['pi']],
    [['pi', '--continue']],
    [['node', '/usr/local/bin/pi']],
    [['node', '/x/node_modules/@mariozechner/pi-coding-agent/dist/cli.js', '--resume']],
    [['bun', '/x/node_modules/@earendil-works/pi-coding-agent/dist/cli.js']],
  ])('%j is pi', (argv) => expect(isPi(...argv)).toBe(true));

  it.each([
    [['pi', '-p', 'fix it']],
    [['node', '/usr/local/bin/pi', '--mode', 'rpc']],
    [['pi', 'install', 'npm:x']],
    [['pi', '--list-models']],
    [['pip', 'install', 'pi']],
    [['python3', 'pi.py']],
    [['node', '/x/other/dist/cli.js']],
  ])('%j is not', (argv) => expect(isPi(...argv)).toBe(false));
});
