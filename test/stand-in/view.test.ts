import { describe, expect, it } from 'vitest';
import { standIn } from '../../src/agents/stand-in/profile.ts';
import { ProfileSchema } from '../../src/model/profile.ts';
import { readScreen } from '../../src/model/screen.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';
import type { Session } from '../../src/stand-in/model.ts';
import { demoSteps, parseScript } from '../../src/stand-in/script.ts';
import { advance, nextTickAt, receive, startSession } from '../../src/stand-in/session.ts';
import { drawFrame } from '../../src/stand-in/view.ts';

const NOW = Date.UTC(2026, 10, 22, 20);
const PROFILE = ProfileSchema.parse(standIn);
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
  { columns: 44, rows: 12 },
];

/** A session in which these lines were typed and sent, one after the other. */
function say(...lines: string[]): Session {
  return lines.reduce(
    (session, line) => {
      const typed = receive(session, { kind: 'text', text: line }, NOW);
      return receive(typed, { kind: 'key', key: 'enter' }, NOW);
    },
    startSession('ada', NOW, 0),
  );
}

function rowsOf(session: Session, size = SIZES[0] ?? { columns: 80, rows: 24 }): string[] {
  return drawFrame(session, size).rows.map((row) => row.replaceAll(/\u001b\[\d*m/gu, ''));
}

function read(session: Session, size: { columns: number; rows: number }): Verdict {
  const frame = drawFrame(session, size);
  const screen = readScreen({
    size: [size.columns, size.rows],
    text: rowsOf(session, size).join('\n'),
    ansi: frame.rows.join('\n'),
    cursor: frame.cursor ?? [0, 0],
    cursorVisible: frame.cursor !== null,
    alternate: true,
  });
  const argv = ['node', '/opt/dist/stand-in/main.js'];
  const processes = { stat: 'S+', comm: 'node', argv, children: [] };
  const pane = { at: NOW, dead: false, deadStatus: null, deadSignal: null, command: 'node' };
  return judge({ ...pane, title: frame.title, processes, screen }, PROFILE);
}

const draft = (text: string) => receive(say(), { kind: 'paste', text }, NOW);

describe.each(SIZES)('at $columns x $rows', (size) => {
  it.each<[string, Session, string]>([
    ['start-up', startSession('ada', NOW, 800), 'starting'],
    ['the banner', advance(startSession('ada', NOW, 800), NOW + 400), 'starting'],
    ['an empty prompt', say(), 'idle'],
    ['an answer', advance(say('hello'), NOW + 2_000), 'idle'],
    ['text in the prompt', draft('half a thought'), 'draft'],
    ['one character in the prompt', draft('x'), 'draft'],
    ['a line break behind the text in the prompt', draft('hello\n'), 'draft'],
    ['several lines in the prompt', draft('one\ntwo\n'), 'draft'],
    ['a long paste in the prompt', draft('word\n'.repeat(60)), 'draft'],
    ['text that looks like a menu in the prompt', draft('\n» 1. Yes\n Enter to select'), 'draft'],
    ['work', say('hello'), 'busy'],
    ['work with more text queued', say('hello', 'and then', 'and at last'), 'busy'],
    ['work with text in the prompt', receive(say('hello'), { kind: 'text', text: 'mm' }, NOW), 'busy'],
    ['/busy', say('/busy 30'), 'busy'],
    ['/hang', say('/hang'), 'busy'],
    ['/flood', say('/flood 30'), 'busy'],
    ['/ask', say('/ask'), 'approval'],
    ['/question', say('/question'), 'question'],
    ['/setup', say('/setup'), 'setup'],
    ['/limit', say('/limit 3pm'), 'limited'],
    ['/error', say('/error'), 'error'],
    ['/retry', say('/retry 3'), 'retrying'],
    ['/compact', say('/compact 5'), 'compacting'],
    ['/quote', say('/quote'), 'idle'],
    ['/help', say('/help'), 'idle'],
    ['an unknown command', say('/nonsense'), 'idle'],
    ['a limit that is over', advance(say('/limit 3pm', 'go on'), NOW + 2_000), 'idle'],
  ])('%s reads as what it is', (_situation, session, state) => {
    const { state: read_, evidence } = read(session, size);
    expect(`${read_} (${evidence[0]?.rule})`).toBe(`${state} (${evidence[0]?.rule})`);
  });
});

describe('what stands on the screen', () => {
  it('tells the end of a limit', () => {
    expect(read(say('/limit Nov 25, 7:44pm (UTC)'), { columns: 80, rows: 24 }).resetText).toBe(
      'Nov 25, 7:44pm (UTC)',
    );
    expect(read(say('/limit Nov 25, 7:44pm (UTC)'), { columns: 44, rows: 24 }).resetText).toBe(
      'Nov 25, 7:44pm (UTC)',
    );
  });

  it('is the prompt between two rules', () => {
    expect(rowsOf(say()).slice(-4)).toEqual([
      '─'.repeat(80),
      '» Say something, or /help',
      '─'.repeat(80),
      '  /help for commands · ctrl-d leaves',
    ]);
  });

  it('never has more rows than the terminal, nor wider ones', () => {
    for (const size of [...SIZES, { columns: 10, rows: 3 }, { columns: 1, rows: 1 }]) {
      for (const session of [say(), say('/ask'), say('/quote'), say('/flood 3'), draft('漢字'.repeat(40))]) {
        const rows = rowsOf(session, size);
        expect(rows.length).toBeLessThanOrEqual(size.rows);
        if (size.columns > 12)
          expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(size.columns);
      }
    }
  });

  it('carries no escape sequence that came in as text', () => {
    expect(drawFrame(draft('a\u001b]2;owned\u0007b'), { columns: 80, rows: 24 }).rows.join('')).toContain(
      'a]2;ownedb',
    );
  });
});

describe('a session', () => {
  const press = (session: Session, key: 'enter' | 'escape' | 'up' | 'down' | 'ctrl-c' | 'ctrl-d') =>
    receive(session, { kind: 'key', key }, NOW);

  it('takes the option that stands out when a text is pasted and sent into a dialog', () => {
    const pasted = receive(say('/ask rm -r build'), { kind: 'paste', text: 'please go on' }, NOW);
    expect(press(pasted, 'enter').phase.kind).toBe('working');
  });

  it('does not run what was refused', () => {
    for (const session of [
      press(say('/ask'), 'escape'),
      press(press(press(say('/ask'), 'down'), 'down'), 'enter'),
    ]) {
      expect(session.phase.kind).toBe('ready');
    }
  });

  it('leaves when a folder is not trusted, which is what a blind Enter says', () => {
    expect(press(say('/setup'), 'enter').leaving).toEqual({ how: 'leave', code: 1 });
    expect(press(press(say('/setup'), 'up'), 'enter').phase.kind).toBe('ready');
  });

  it('sends what was queued when the work is done', () => {
    const later = advance(say('one', 'two'), NOW + 2_000);
    expect(later.phase.kind).toBe('working');
    expect(later.blocks.map((block) => block.kind)).toEqual(['said', 'answer', 'said']);
  });

  it('moves by itself only while there is something to move', () => {
    expect(nextTickAt(say())).toBeNull();
    expect(nextTickAt(say('/ask'))).toBeNull();
    expect(nextTickAt(say('hello'))).toBe(NOW + 250);
  });

  it('leaves on the second ctrl-c, and on ctrl-d at the empty prompt', () => {
    expect(press(say(), 'ctrl-c').leaving).toBeNull();
    expect(press(press(say(), 'ctrl-c'), 'ctrl-c').leaving).toEqual({ how: 'leave', code: 0 });
    expect(press(draft('x'), 'ctrl-d').leaving).toBeNull();
    expect(press(say(), 'ctrl-d').leaving).toEqual({ how: 'leave', code: 0 });
  });

  it('crashes with the code it was told, and without one by a signal', () => {
    expect(say('/crash 3').leaving).toEqual({ how: 'crash', code: 3 });
    expect(say('/crash').leaving).toEqual({ how: 'crash', code: null });
  });
});

describe('a script', () => {
  it('is read line by line', () => {
    expect(parseScript('# two steps\n\nwait 1.5\nkey enter\n')).toEqual([
      { do: 'wait', ms: 1500 },
      { do: 'send', input: { kind: 'key', key: 'enter' } },
    ]);
  });

  it('with a line that says nothing known is refused by its number', () => {
    expect(() => parseScript('wait 1\ndance')).toThrow('line 2 of the script says "dance", which is no step');
    expect(() => parseScript('key f1')).toThrow('line 1');
  });

  it('of the demo begins elsewhere for another name and passes through every situation', () => {
    expect(demoSteps('ada')).not.toEqual(demoSteps('grace'));
    expect(demoSteps('ada').at(-1)).toEqual({ do: 'loop' });
    const words = JSON.stringify(demoSteps('ada'));
    for (const command of ['/busy', '/ask', '/limit', '/error', '/question', '/retry', '/compact']) {
      expect(words).toContain(command);
    }
  });
});
