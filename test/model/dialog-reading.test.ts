import { describe, expect, it } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import { findDialog, readDialog } from '../../src/model/dialog-reading.ts';
import { type Profile, ProfileSchema } from '../../src/model/profile.ts';
import { readScreen, type Screen } from '../../src/model/screen.ts';
import type { AgentState } from '../../src/model/state.ts';
import { receive, startSession } from '../../src/stand-in/session.ts';
import { drawFrame } from '../../src/stand-in/view.ts';
import { profileOf } from '../helpers/dialogs.ts';

const CLAUDE = profileOf('claude');
const RULE = '─'.repeat(80);

interface Drawn {
  rows: string[];
  ansi?: string[];
  cursor?: readonly [number, number];
  columns?: number;
}

function screenOf({ rows, ansi, cursor, columns = 80 }: Drawn): Screen {
  return readScreen({
    size: [columns, 24],
    text: rows.join('\n'),
    ...(ansi === undefined ? {} : { ansi: ansi.join('\n') }),
    cursor: cursor ?? [0, 0],
    cursorVisible: cursor !== undefined,
    alternate: true,
  });
}

function read(rows: string[], profile: Profile = CLAUDE, state: AgentState = 'approval', seed = '1:2') {
  return readDialog(screenOf({ rows }), profile, state, seed);
}

const KEYS = ' Esc to cancel · Tab to amend';
const THREE = ['Yes', 'Yes, allow all edits', 'No'];

/** Claude's dialog that asks leave, with what it shows of the command. */
function claude(command: string[], selected = 1, options = THREE, below = ['', KEYS]): string[] {
  return [
    '❯ do it',
    '',
    RULE,
    ' Bash command',
    '',
    ...command.map((row) => `   ${row}`),
    '',
    ' Do you want to proceed?',
    ...options.map((label, i) => ` ${i + 1 === selected ? '❯' : ' '} ${i + 1}. ${label}`),
    ...below,
  ];
}

function selectedLabel(dialog: Dialog | null): string | undefined {
  return dialog?.options.find(({ selected }) => selected)?.label;
}

describe('the id of a dialog', () => {
  const id = (rows: string[], state: AgentState = 'approval', seed = '1:2') =>
    read(rows, CLAUDE, state, seed)?.id;

  it('has eight hexadecimal digits and stays while the selection moves', () => {
    const ids = [1, 2, 3].map((selected) => id(claude(['rm a'], selected)));
    expect(ids[0]).toMatch(/^[0-9a-f]{8}$/u);
    expect(new Set(ids).size).toBe(1);
  });

  it.each([
    ['another command', claude(['rm b'])],
    ['a command that differs in a number of seconds only', claude(['sleep 9s'])],
    ['other options', claude(['sleep 5s'], 1, ['Yes', 'Yes, for ever', 'No'])],
  ])('differs for %s', (_, rows) => {
    expect(id(rows)).toBeDefined();
    expect(id(rows)).not.toBe(id(claude(['sleep 5s'])));
  });

  it('differs for another process and for another state', () => {
    const rows = claude(['rm a']);
    expect(id(rows, 'approval', '1:3')).not.toBe(id(rows));
    expect(id(rows, 'question')).not.toBe(id(rows));
  });

  it('stays while times run and marks blink', () => {
    const codex = (mark: string, passed: number) => [
      `${mark} Running npm test (${passed}s • esc to interrupt)`,
      '',
      '  Would you like to run the following command?',
      `  Answers no in ${60 - passed}s`,
      '',
      '› 1. Yes, proceed (y)',
      '  2. No, and tell Codex what to do differently (esc)',
      '',
      '  Press enter to confirm or esc to cancel',
    ];
    const [first, later] = [codex('•', 3), codex('◦', 14)].map((rows) => read(rows, profileOf('codex')));
    expect(first?.text).toContain('Answers no in 57s');
    expect(later?.id).toBe(first?.id);
  });
});

describe('a list', () => {
  it('ignores numbered rows in what is asked about', () => {
    const dialog = read(claude(['1. Read', '2. Write', '❯ 1. Yes', '  2. No'], 2));
    expect(dialog?.options.map(({ label }) => label)).toEqual(THREE);
    expect(selectedLabel(dialog)).toBe('Yes, allow all edits');
  });

  it('is none where a quoted list stands above options that nobody understands', () => {
    const quoted = [' ❯ 1. Yes', '   2. No'];
    const rows = [...claude(quoted, 1, []).slice(0, -2), ' ▸ Yes', ' ▹ No', '', KEYS];
    expect(read(rows)).toBeNull();
    expect(read([...claude([], 1, ['Yes', 'No'], []), '', KEYS])).not.toBeNull();
  });

  it('is none where a wrapped label forges a further option', () => {
    const forged = ["Yes, and don't ask again for x", 'No'];
    const rows = claude(['x'], 1, ['Yes', ...forged]);
    const at = rows.findIndex((row) => row.includes("don't ask"));
    expect(read(rows)).not.toBeNull();
    expect(read(rows.toSpliced(at + 1, 0, '   3. Yes'))).toBeNull();
    expect(read(rows.toSpliced(at + 1, 0, '   4. Yes'))).toBeNull();
  });

  it.each([
    ['two options are selected', claude(['x']).map((row) => row.replace('   3. No', ' ❯ 3. No'))],
    ['none is selected', claude(['x'], 0)],
    ['a number is missing', claude(['x']).filter((row) => !row.includes('2. Yes'))],
    ['the first is missing', claude(['x'], 2).filter((row) => !row.includes('1. Yes'))],
    ['one stands elsewhere', claude(['x']).map((row) => row.replace('   2. Yes', '      2. Yes'))],
    ['there is one option only', claude(['x'], 1, ['Yes'])],
    ['boxes are ticked', claude(['x'], 1, ['[ ] One', '[✔] Two', '[ ] Three'])],
    ['something else stands below', claude(['x'], 1, THREE, ['', ' Are you really sure?'])],
  ])('is none where %s', (_, rows) => {
    expect(read(rows)).toBeNull();
  });

  it('is none while somebody types into an option', () => {
    const rows = claude(['x'], 3, ['Yes', 'Yes, always', 'tell me']);
    const line = rows.findIndex((row) => row.includes('tell me'));
    const at = (column: number, row: number) =>
      readDialog(screenOf({ rows, cursor: [column, row] }), CLAUDE, 'approval', 's');
    expect(at(13, line)).toBeNull();
    expect(at(3, line + 2)).toBeNull();
    // A CLI may let the cursor stand at its mark, or anywhere above.
    expect(at(1, line)).not.toBeNull();
    expect(at(4, 0)).not.toBeNull();
  });

  it('joins a label that was wrapped, and leaves out a description', () => {
    const rows = claude(['x'], 1, [
      'Yes',
      'Yes, and never again for all of the commands in this very long directory\n      /home/ada/work/a-long-name',
      'No\n      Says no to it',
    ]).flatMap((row) => row.split('\n'));
    expect(read(rows)?.options.map(({ label }) => label)).toEqual([
      'Yes',
      'Yes, and never again for all of the commands in this very long directory /home/ada/work/a-long-name',
      'No',
    ]);
  });

  it('approves and denies only where exactly one option says so', () => {
    expect(read(claude(['x']))).toMatchObject({ approve: 1, deny: 3 });
    expect(read(claude(['x'], 1, ['Yes', 'No', 'No']))).toMatchObject({ approve: 1, deny: null });
    expect(read(claude(['x'], 1, ["Yes, and don't ask again", 'Later']))).toMatchObject({
      approve: null,
      deny: null,
    });
  });
});

describe('a list longer than its window', () => {
  const gemini = profileOf('gemini');
  const frame = (rows: string[]) => [
    `╭${'─'.repeat(40)}╮`,
    ...rows.map((row) => `│ ${row.padEnd(38)} │`),
    `╰${'─'.repeat(40)}╯`,
  ];
  const windowOf = (first: number, selected: number, marks = ['▲', '▼']) =>
    frame([
      'Which one?',
      '',
      ...marks.slice(0, 1),
      ...[0, 1, 2].map((i) => `${first + i === selected ? '●' : ' '} ${first + i}.  Option ${first + i}`),
      ...marks.slice(1),
      '',
      'Enter to select · Esc to cancel',
    ]);

  it('has the options that show, under their printed numbers', () => {
    const dialog = read(windowOf(4, 5), gemini, 'question');
    expect(dialog?.options.map(({ number }) => number)).toEqual([4, 5, 6]);
    expect(selectedLabel(dialog)).toBe('Option 5');
  });

  it('keeps its id while it scrolls', () => {
    const ids = [windowOf(1, 2), windowOf(4, 5)].map((rows) => read(rows, gemini, 'question')?.id);
    expect(ids[0]).toBeDefined();
    expect(ids[0]).toBe(ids[1]);
  });

  it('is none where nothing tells why the first options are missing', () => {
    expect(read(windowOf(4, 5, []), gemini, 'question')).toBeNull();
  });

  it('is none where the list was answered and only still stands above the prompt', () => {
    const rows = windowOf(1, 1);
    expect(read(rows, gemini, 'question')).not.toBeNull();
    expect(read([...rows, '', ' >   Type your message'], gemini, 'question')).toBeNull();
  });
});

describe('options without numbers', () => {
  const trust = (options: string[]) => [
    RULE,
    ' Accessing workspace:',
    '',
    ' Security guide',
    '',
    ...options,
    '',
    ' Enter to confirm · Esc to cancel',
  ];

  it('are those around the mark', () => {
    const dialog = read(trust(['   No, exit', ' ❯ Yes, I trust this folder']), CLAUDE, 'setup');
    expect(dialog?.options).toEqual([
      { number: 1, label: 'No, exit', selected: false },
      { number: 2, label: 'Yes, I trust this folder', selected: true },
    ]);
    expect(dialog).toMatchObject({ approve: null, deny: 1 });
  });

  it('are none where a row may be an option or the rest of the one above', () => {
    const full = 'x'.repeat(75);
    expect(read(trust([' ❯ First', `   ${full}`, '   perhaps a third']), CLAUDE, 'setup')).toBeNull();
    expect(read(trust([' ❯ First', '   Second', '   Third']), CLAUDE, 'setup')?.options).toHaveLength(3);
    expect(read(trust(['     rest of something', ' ❯ First', '   Second']), CLAUDE, 'setup')).toBeNull();
  });

  it('are none with two marks, even in lists apart', () => {
    const apart = [' ❯ First', '   Second', '', '   Third', ' ❯ Fourth'];
    expect(read(trust(apart.slice(0, 2)), CLAUDE, 'setup')).not.toBeNull();
    expect(read(trust([' ❯ First', ' ❯ Second']), CLAUDE, 'setup')).toBeNull();
    expect(read(trust(apart), CLAUDE, 'setup')).toBeNull();
  });
});

describe('options beside each other', () => {
  const GRAY = '\u001b[38;2;128;128;128m';
  const DARK = '\u001b[38;2;10;10;10m';
  const LABELS = ['Allow once', 'Allow always', 'Reject'];
  const opencode = profileOf('opencode');
  const bar = (selected: number | null, plain = false) => {
    const head = ['', '  ┃', '  ┃  △ Permission required', '  ┃  $ rm a', '  ┃'];
    const keys = '  ⇆ select  enter confirm';
    const ansi = LABELS.map((label, i) => `   ${i === selected ? DARK : GRAY}${label}\u001b[39m`).join('');
    const rows = [...head, `  ┃${LABELS.map((label) => `   ${label}`).join('')}${keys}`];
    return screenOf({ rows, ...(plain ? {} : { ansi: [...head, `  ┃${ansi}${keys}`] }) });
  };

  it.each([0, 1, 2])('are told apart by colours: option %d from 0', (selected) => {
    const dialog = readDialog(bar(selected), opencode, 'approval', 's');
    expect(selectedLabel(dialog)).toBe(LABELS[selected]);
    expect(dialog).toMatchObject({ approve: 1, deny: 3 });
    expect(dialog?.id).toBe(readDialog(bar(0), opencode, 'approval', 's')?.id);
  });

  it('are none without colours, and where none stands out', () => {
    expect(readDialog(bar(0, true), opencode, 'approval', 's')).toBeNull();
    expect(readDialog(bar(null), opencode, 'approval', 's')).toBeNull();
  });

  it('are none where one is painted in two ways', () => {
    const screen = bar(0);
    const row =
      screen.cells
        ?.at(-1)
        ?.map((cell) => (cell.character === 'R' ? { ...cell, foreground: '#0a0a0a' } : cell)) ?? [];
    const cells = [...(screen.cells?.slice(0, -1) ?? []), row];
    expect(readDialog({ ...screen, cells }, opencode, 'approval', 's')).toBeNull();
  });

  it('are chosen with the keys for it', () => {
    const keys = findDialog(bar(0), opencode, 'approval', 's')?.spec;
    expect(keys).toMatchObject({ back: 'Left', on: 'Right', confirm: 'Enter' });
    const rows = claude(['x']);
    expect(findDialog(screenOf({ rows }), CLAUDE, 'approval', 's')?.spec).toMatchObject({
      ...{ back: 'Up', on: 'Down', confirm: 'Enter' },
    });
  });
});

describe('the text of a dialog', () => {
  it('begins at its upper edge and has no frames', () => {
    expect(read(claude(['rm a']))?.text).toBe('Bash command\nrm a\nDo you want to proceed?');
  });

  it('carries no controls and nothing that turns text round', () => {
    const dialog = read(claude(['rm \u202ea\u0007b']));
    expect(dialog?.text).toContain('rm ab');
  });

  it('is bounded', () => {
    const long = Array.from({ length: 400 }, (_, i) => `echo ${i} ${'y'.repeat(900)}`);
    const text = read(claude(long))?.text ?? '';
    expect(text.length).toBeLessThan(60 * 301);
    expect(text).toContain('Do you want to proceed?');
  });
});

describe('the bundled stand-in', () => {
  const standIn = profileOf('stand-in');
  const shown = (line: string, downs = 0) => {
    const said = receive(startSession('ada', 0, 0), { kind: 'text', text: line }, 0);
    const asked = receive(said, { kind: 'key', key: 'enter' }, 0);
    const moved = Array.from({ length: downs }).reduce<typeof asked>(
      (session) => receive(session, { kind: 'key', key: 'down' }, 0),
      asked,
    );
    const { rows } = drawFrame(moved, { columns: 80, rows: 24 });
    return screenOf({ rows: rows.map((row) => row.replaceAll(/\u001b\[\d*m/gu, '')) });
  };

  it('asks leave, questions and for trust in lists that can be read', () => {
    expect(readDialog(shown('/ask rm a'), standIn, 'approval', 's')).toMatchObject({
      text: 'Do you want to run this command?\nrm a',
      approve: 1,
      deny: 3,
    });
    const question = readDialog(shown('/question', 1), standIn, 'question', 's');
    expect(selectedLabel(question)).toBe('The thorough change');
    expect(question).toMatchObject({ approve: null, deny: null });
    expect(readDialog(shown('/setup'), standIn, 'setup', 's')).toMatchObject({ approve: null, deny: 2 });
  });
});

describe('a profile of a user', () => {
  it('describes its dialogs in the same form, with patterns as text', () => {
    const profile = ProfileSchema.parse({
      name: 'mine',
      title: 'Mine',
      processes: [{ program: '^mine$' }],
      dialogs: [
        {
          id: 'ask',
          in: 'screen',
          states: ['approval'],
          option: '^(?<mark>[> ]) (?<number>\\d+)\\) (?<label>.+)$',
          approve: '^ok$',
        },
      ],
    });
    expect(read(['Shall I?', '> 1) ok', '  2) no'], profile)).toMatchObject({ approve: 1, deny: null });
  });
});
