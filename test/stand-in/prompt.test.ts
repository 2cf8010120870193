import { describe, expect, it } from 'vitest';
import { standIn } from '../../src/agents/stand-in/profile.ts';
import { ProfileSchema } from '../../src/model/profile.ts';
import { comparePrompt, readPrompt } from '../../src/model/prompt-text.ts';
import { readScreen } from '../../src/model/screen.ts';
import type { Behaviour, LogEntry, Session } from '../../src/stand-in/model.ts';
import { readOptions } from '../../src/stand-in/options.ts';
import { PROMPT_KINDS } from '../../src/stand-in/prompt-kind.ts';
import { advance, nextTickAt, receive, startSession } from '../../src/stand-in/session.ts';
import type { KeyName } from '../../src/stand-in/terminal.ts';
import { drawFrame } from '../../src/stand-in/view.ts';

const NOW = Date.UTC(2026, 10, 22, 20);
const KINDS = [...PROMPT_KINDS.keys()];

/** A ready session of a kind, started with these further options. */
function start(kind: string, ...options: string[]): Session {
  return startSession('ada', NOW, 0, behaviour(kind, ...options));
}

const behaviour = (kind: string, ...options: string[]): Behaviour =>
  readOptions(['--prompt', kind, ...options]).behaviour;

const paste = (session: Session, text: string, now = NOW) => receive(session, { kind: 'paste', text }, now);
const press = (session: Session, key: KeyName, now = NOW) => receive(session, { kind: 'key', key }, now);
/** Pasted and sent a second later. */
const send = (session: Session, text: string) => press(paste(session, text), 'enter', NOW + 1_000);

function texts(session: Session, event: LogEntry['event'] = 'submit'): (string | undefined)[] {
  return session.log.flatMap((entry) => (entry.event === event && 'text' in entry ? [entry.text] : []));
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`).join('\n');

describe.each(KINDS)('a prompt like that of %s', (kind) => {
  it.each([
    'hello',
    lines(3),
    lines(60),
    'x'.repeat(32_768),
    'é 👩‍🔬\tend;',
    '[from lead · 0123456789]\n/exit\n!ls',
  ])('sends a pasted text as it is: %#', (text) => {
    const sent = send(start(kind), text);
    expect([texts(sent), sent.draft, sent.phase.kind]).toEqual([[text], '', 'working']);
  });

  it('sends all that was pasted and typed together as one text', () => {
    const pasted = paste(paste(start(kind), lines(60)), `\n${lines(70)}`);
    const typed = receive(pasted, { kind: 'text', text: ' and so on' }, NOW);
    expect(texts(press(typed, 'enter', NOW + 1_000))).toEqual([`${lines(60)}\n${lines(70)} and so on`]);
  });

  it('sends nothing of a text that was cleared away', () => {
    const cleared = press(paste(start(kind), lines(60)), 'ctrl-u');
    expect([cleared.draft, texts(press(cleared, 'enter'))]).toEqual(['', []]);
  });

  it('does not send what was cleared away in place of what looks the same', () => {
    const cleared = press(paste(start(kind), 'a'.repeat(3_000)), 'ctrl-u');
    expect(texts(send(cleared, 'b'.repeat(3_000)))).toEqual(['b'.repeat(3_000)]);
  });

  it('knows the commands of the stand-in', () => {
    const sent = send(start(kind), '/ask rm -r build');
    expect([sent.phase.kind, texts(sent, 'command')]).toEqual(['menu', ['/ask rm -r build']]);
  });

  it('shows a pasted text in a way that is recognised as ours', () => {
    const profile = ProfileSchema.parse(standIn);
    for (const text of [lines(2), lines(4), lines(9), lines(60), 'word '.repeat(400)]) {
      const { rows, cursor } = drawFrame(paste(start(kind), text), { columns: 80, rows: 24 });
      const ansi = rows.join('\n');
      const plain = ansi.replace(/\u001b\[\d*m/g, '');
      const screen = readScreen({
        ...{
          size: [80, 24],
          text: plain,
          ansi,
          cursor: cursor ?? [0, 0],
          cursorVisible: true,
          alternate: true,
        },
      });
      const shown = readPrompt(screen, profile) ?? '';
      expect([comparePrompt(shown, text, profile), shown]).toEqual(['ours', shown]);
      expect(comparePrompt(shown, `${'other\n'.repeat(33)}${'other '.repeat(300)}`, profile)).toBe('foreign');
    }
  });
});

describe('what stands in place of a long paste', () => {
  it.each([
    ['plain', lines(40), 'line 1'],
    ['claude', lines(40), '[Pasted text #1 +39 lines]'],
    ['claude', lines(3), 'line 1'],
    ['codex', 'x'.repeat(1_669), '[Pasted Content 1669 chars]'],
    ['codex', lines(40), 'line 1'],
    ['gemini', lines(40), '[Pasted Text: 40 lines]'],
    ['gemini', 'x'.repeat(501), '[Pasted Text: 501 chars]'],
    ['qwen', 'x'.repeat(1_001), '[Pasted Content 1001 chars]'],
    ['opencode', lines(3), '[Pasted ~3 lines]'],
    ['copilot', lines(40), '[Paste #1 - 40 lines]'],
    ['pi', lines(40), '[paste #1 +40 lines]'],
    ['pi', 'x'.repeat(1_001), '[paste #1 1001 chars]'],
  ])('by %s (%#)', (kind, text, shown) => {
    expect(paste(start(kind), text).draft.split('\n')[0]).toBe(shown);
  });
});

describe('a leading sign', () => {
  it.each<[string, string]>([
    ['plain', 'submit'],
    ['claude', 'shell'],
    ['codex', 'shell'],
    ['gemini', 'submit'],
    ['qwen', 'submit'],
    ['opencode', 'submit'],
    ['copilot', 'shell'],
    ['pi', 'shell'],
  ])('! means to %s: %s', (kind, event) => {
    const sent = send(start(kind), '!touch /tmp/x');
    expect(sent.log).toEqual([{ event, text: '!touch /tmp/x', how: 'sent' }]);
  });

  it.each<[string, string, string]>([
    ['plain', 'command', ''],
    ['claude', 'command', ''],
    ['codex', 'command', '/nonsense'],
    ['gemini', 'submit', ''],
    ['qwen', 'command', ''],
    ['opencode', 'submit', ''],
    ['copilot', 'command', ''],
    ['pi', 'submit', ''],
  ])('/ of no command means to %s: %s, and leaves %j in the prompt', (kind, event, left) => {
    const sent = send(start(kind), '/nonsense');
    expect([sent.log.map((entry) => entry.event), sent.draft]).toEqual([[event], left]);
  });

  it('merges with the next text where Codex leaves it standing', () => {
    const sent = send(send(start('codex'), '/nonsense'), ' hello');
    expect(sent.draft).toBe('/nonsense hello');
  });
});

describe('an Enter', () => {
  it.each([
    ['gemini', '0', 299, false],
    ['gemini', '0', 300, true],
    ['claude', '0', 0, true],
    ['claude', '120', 119, false],
    ['claude', '120', 120, true],
    ['gemini', '120', 200, false],
  ])(
    'at a prompt like that of %s with --enter-newline-ms %s, %i ms behind the text, sends: %s',
    (kind, ms, after, sends) => {
      const pressed = press(paste(start(kind, '--enter-newline-ms', ms), 'hello'), 'enter', NOW + after);
      expect([texts(pressed), pressed.draft]).toEqual(sends ? [['hello'], ''] : [[], 'hello\n']);
      expect(texts(press(pressed, 'enter', NOW + 1_000))).toEqual(['hello']);
    },
  );

  it('is swallowed as often as it is told', () => {
    const seen: number[] = [];
    let session = paste(start('claude', '--swallow-enters', '2'), 'hello');
    for (let i = 0; i < 3; i++) {
      session = press(session, 'enter');
      seen.push(texts(session).length);
    }
    expect(seen).toEqual([0, 0, 1]);
    expect(texts(send(session, 'again'))).toEqual(['hello', 'again']);
  });

  it.each([
    ['claude', 'queued', 1],
    ['codex', 'steered', 0],
    ['gemini', 'queued', 1],
    ['qwen', 'steered', 0],
    ['opencode', 'queued', 1],
    ['copilot', 'queued', 1],
    ['pi', 'steered', 0],
  ])('while it works, at a prompt like that of %s, is %s', (kind, how, queue) => {
    const sent = send(send(start(kind), 'one'), 'two');
    expect(sent.log.at(-1)).toEqual({ event: 'submit', text: 'two', how });
    expect(sent.queue.length).toBe(queue);
  });
});

describe('start-up', () => {
  it.each(KINDS)('at a prompt like that of %s loses the Enter, and the text unless it is kept', (kind) => {
    const early = press(paste(startSession('ada', NOW, 800, behaviour(kind)), 'hello'), 'enter');
    const ready = advance(advance(early, NOW + 400), NOW + 800);
    expect([texts(ready), ready.phase.kind]).toEqual([[], 'ready']);
    expect(ready.draft).toBe(['claude', 'codex'].includes(kind) ? 'hello' : '');
  });
});

describe('a fault behind a paste', () => {
  it('opens a dialog over the text, which an Enter then answers', () => {
    const asked = paste(start('claude', '--ask-on-paste'), 'hello');
    expect([asked.phase.kind, asked.draft]).toEqual(['menu', 'hello']);
    const pressed = press(asked, 'enter');
    expect(pressed.log).toEqual([
      { event: 'dialog', purpose: 'approval', input: { kind: 'key', key: 'enter' }, chose: 'Yes' },
    ]);
    expect([pressed.phase.kind, pressed.draft]).toEqual(['working', 'hello']);
  });

  it('comes later when it is told to, unless the text was sent by then', () => {
    const pasted = paste(start('claude', '--ask-on-paste', '--paste-fault-ms', '250'), 'hello');
    expect([pasted.phase.kind, nextTickAt(pasted)]).toEqual(['ready', NOW + 250]);
    expect(advance(pasted, NOW + 249).phase.kind).toBe('ready');
    expect(advance(pasted, NOW + 250).phase.kind).toBe('menu');
    expect(receive(pasted, { kind: 'text', text: '1' }, NOW + 250).phase.kind).toBe('menu');
    const working = paste(
      send(start('pi', '--ask-on-paste', '--paste-fault-ms', '90'), 'one'),
      'two',
      NOW + 1_000,
    );
    expect([working.phase.kind, nextTickAt(working)]).toEqual(['working', NOW + 1_090]);
    const sent = press(pasted, 'enter', NOW + 200);
    expect(advance(sent, NOW + 250).phase.kind).toBe('working');
  });

  it('kills it', () => {
    expect(paste(start('pi', '--die-on-paste'), 'hello').leaving).toEqual({ how: 'crash', code: null });
    const later = paste(start('pi', '--die-on-paste', '--paste-fault-ms', '50'), 'hello');
    expect([later.leaving, advance(later, NOW + 50).leaving]).toEqual([null, { how: 'crash', code: null }]);
  });
});

describe('the log', () => {
  it('tells of every input to a dialog and what it chose', () => {
    const asked = send(start('plain'), '/ask');
    const inputs = [
      { kind: 'paste', text: '[from user · 0123456789]\nhello' },
      { kind: 'text', text: 'y' },
      { kind: 'key', key: 'down' },
      { kind: 'text', text: '3' },
    ] as const;
    const answered = inputs.reduce<Session>((session, input) => receive(session, input, NOW), asked);
    const chosen = answered.log.slice(1).map((entry) => 'chose' in entry && [entry.input, entry.chose]);
    expect(chosen).toEqual(inputs.map((input, i) => [input, i === 3 ? 'No' : null]));
  });

  it('has the text as it came in, whatever the screen can show', () => {
    const text = 'a\tb\u202e\u200b\u0001c';
    const sent = send(start('plain'), text);
    expect(texts(sent)).toEqual([text]);
    expect(drawFrame(sent, { columns: 80, rows: 24 }).rows.join('')).not.toMatch(/[\u0001\u202e\t]/);
  });
});

describe('an option', () => {
  it.each([
    [['--prompt', 'emacs'], '--prompt "emacs" is not known'],
    [['--startup-ms', 'soon'], '--startup-ms wants a number'],
    [['--swallow-enters', ''], '--swallow-enters wants a number'],
    [['--paste-fault-ms=-1'], '--paste-fault-ms wants a number'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('%j is refused', (words, message) => {
    expect(() => readOptions(words)).toThrow(message);
  });
});
