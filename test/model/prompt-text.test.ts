import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { render } from '../../src/model/message-text.ts';
import { type Profile, ProfileSchema } from '../../src/model/profile.ts';
import { comparePrompt, holdsEnd, readPrompt } from '../../src/model/prompt-text.ts';
import { readScreen } from '../../src/model/screen.ts';
import { message } from '../helpers/message.ts';
import { observe, readRecordings } from '../helpers/recordings.ts';

const RECORDINGS = readRecordings();

function profileOf(name: string): Profile {
  const profile = BUILT_IN_PROFILES.find((one) => one.name === name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return profile;
}

/** What was typed or pasted for the recordings of these situations. */
const TYPED: Readonly<Record<string, readonly string[]>> = {
  typed: ['refactor app.py to use argparse', 'refactor app.py', 'say hello', 'hello'],
  'typed-home': ['hello'],
  'typed-multiline': [
    'first line of a task\nsecond line\nthird line',
    'first line\n\nthird line after a blank one\nfourth',
    'first line\nsecond line\nthird',
  ],
};
const DRAFTS = RECORDINGS.filter(
  ([, { state, situation, agent }]) =>
    state === 'draft' && TYPED[situation] !== undefined && profileOf(agent).delivery !== undefined,
);
const LONG = RECORDINGS.filter(
  ([, { situation, state }]) => situation === 'typed-longpaste' && state === 'draft',
);
/** Versions whose prompt has another frame than the profile's regions know; nothing is delivered there. */
const UNREADABLE = /^codex-0\.(?:29|39)\./;

const compare = (path: string, text: string) => {
  const [, recording] = RECORDINGS.find(([one]) => one === path) ?? [];
  if (recording === undefined) throw new Error(path);
  const profile = profileOf(recording.agent);
  const shown = readPrompt(observe(recording).screen, profile);
  return shown === null ? null : comparePrompt(shown, text, profile);
};

describe('on a recorded screen', () => {
  it('of each CLI there is one to test with', () => {
    const agents = new Set([...DRAFTS, ...LONG].map(([, { agent }]) => agent));
    expect([...agents].sort()).toEqual(['claude', 'codex', 'copilot', 'gemini', 'opencode', 'pi', 'qwen']);
    expect(DRAFTS.length).toBeGreaterThan(40);
    expect(LONG.length).toBeGreaterThan(8);
  });

  it.each(DRAFTS)('%s what was typed is ours when we pasted it, foreign when not', (path, { situation }) => {
    if (UNREADABLE.test(path)) {
      expect(compare(path, 'x')).toBeNull();
      return;
    }
    const candidates = TYPED[situation] ?? [];
    const verdicts = candidates.map((text) => compare(path, text));
    // opencode shows a mark for three lines: of what is behind it only the number of lines is known.
    const isMark = path.startsWith('opencode-1.18.33/typed-multiline');
    expect(verdicts.filter((one) => one === 'ours').length).toBe(isMark ? 3 : 1);
    const ours = candidates[verdicts.indexOf('ours')] ?? '';
    if (!isMark) {
      expect(compare(path, `${ours} and more`)).toBe('ours-partly');
      expect(compare(path, ours.slice(0, -1))).toBe('foreign');
      expect(compare(path, ours.slice(1))).toBe('foreign');
    }
    if (!isMark) expect(compare(path, render(message({ text: ours })))).not.toBe('ours');
    expect(compare(path, 'something else')).toBe('foreign');
  });

  it.each(LONG)('%s the mark of a long paste is ours when it tells as much as we pasted', (path) => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`).join('\n');
    const told = path.startsWith('codex') ? 'x'.repeat(1_669) : lines(40);
    expect(compare(path, told)).toBe('ours');
    expect(compare(path, path.startsWith('codex') ? 'x'.repeat(1_670) : lines(42))).toBe('foreign');
  });

  it.each(
    RECORDINGS.filter(
      ([path, { state, agent }]) => state === 'idle' && profileOf(agent).delivery && !UNREADABLE.test(path),
    ),
  )('%s an idle prompt is empty', (path) => {
    expect(compare(path, 'anything')).toBe('empty');
  });
});

const PROFILE = ProfileSchema.parse({
  name: 'tester',
  title: 'Tester',
  processes: [{ program: /^x$/u }],
  regions: { box: { after: { first: /^─/u }, before: { last: /^─/u } } },
  delivery: {
    prompt: 'box',
    gutter: /^(?:│ )?(?:> ?| {2})| *│$/u,
    pastedMarks: [/\[Pasted text #\d+ \+(?<lines>\d+) lines\]/u, /\[Pasted\]/u],
  },
});
const OURS = '[from lead · 0123456789]\nLook at the tests in src/a.ts\nand mend them;';

function screenOf(...rows: string[]) {
  const text = ['─────', ...rows, '─────'].join('\n');
  return readScreen({
    ...{ size: [40, 10], text, ansi: text, cursor: [0, 0], cursorVisible: true, alternate: false },
  });
}

describe('the text in the prompt', () => {
  it('is read without frame, glyph and placeholder', () => {
    expect(readPrompt(screenOf('│ > one  │', '│   two  │'), PROFILE)).toBe('one\ntwo');
    expect(readPrompt(screenOf('> \u001b[2mTry "fix it"\u001b[0m'), PROFILE)?.trim()).toBe('');
  });

  it('is null where there is no prompt, or the profile has no delivery', () => {
    const bare = readScreen({
      ...{ size: [40, 10], text: 'x', cursor: [0, 0], cursorVisible: true, alternate: false },
    });
    expect(readPrompt(bare, PROFILE)).toBeNull();
    const { delivery: _, ...mute } = PROFILE;
    expect(readPrompt(screenOf('> x'), mute)).toBeNull();
  });
});

describe('compared with what we pasted', () => {
  const wrapped = OURS.match(/.{1,20}/gsu)?.join('\n') ?? '';
  const long = `${OURS}\n${Array.from({ length: 38 }, (_, i) => `line ${i}`).join('\n')}`;
  const TINY = `${OURS} or tell what fails\n2\n3\n-x\n=x\n%1`;
  const last = (rows: number) => long.split('\n').slice(-rows).join('\n');

  it.each<[string, string, string, string]>([
    ['nothing', '', OURS, 'empty'],
    ['blanks and a zero-width one', ' \n \u200b', OURS, 'empty'],
    ['the same', OURS, OURS, 'ours'],
    ['the same, wrapped anywhere', wrapped, OURS, 'ours'],
    ['the same without its variation selectors and marks', 'ok 👩🔬 e', 'ok 👩‍🔬️ e\u0301', 'ours'],
    ['joined emoji that tmux has cut', 'a 👨‍👩‍👧‍ b 👨🏽‍🤝‍ c', 'a 👨‍👩‍👧‍👦 b 👨🏽‍🤝‍👨🏿 c', 'ours'],
    ['emoji without their colour of skin', 'a 👩 🏳️‍🌈 b', 'a 👩🏽‍💻 🏳️‍🌈 b', 'ours'],
    ['an emoji of another person with a colour of skin', 'a 👨 b', 'a 👩🏽 b', 'foreign'],
    ['an emoji that a person added', 'a 👨‍👩‍👧‍ b 👍', 'a 👨‍👩‍👧‍👦 b', 'foreign'],
    ['a lone emoji', '👍', OURS, 'foreign'],
    ['the same in composed letters', 'caf\u00e9', 'cafe\u0301', 'ours'],
    ['tabs as blanks', 'a        b', 'a\tb', 'ours'],
    ['its start', OURS.slice(0, 30), OURS, 'ours-partly'],
    ['its first character', '[', OURS, 'ours-partly'],
    ['its end in one row', OURS.slice(-30).replaceAll('\n', ''), OURS, 'ours-partly'],
    ['a few characters of its end', 'them;', OURS, 'foreign'],
    ['a letter that stands in it', 'e', OURS, 'foreign'],
    ['something behind it', `${OURS}x`, OURS, 'foreign'],
    ['something before it', `x${OURS}`, OURS, 'foreign'],
    ['something within it', OURS.replace('tests', 'best tests'), OURS, 'foreign'],
    ['a letter missing in it', OURS.replace('tests', 'tets'), OURS, 'foreign'],
    ['it twice', `${OURS}\n${OURS}`, OURS, 'foreign'],
    ['another text', 'refactor app.py', OURS, 'foreign'],
    ['the rows that a scrolling prompt shows', last(6), long, 'ours'],
    ['rows of its middle', last(12).split('\n').slice(0, 6).join('\n'), long, 'ours-partly'],
    ['tiny last rows', '2\n3\n-x\n=x\n%1', TINY, 'ours'],
    ['tiny last rows below the end of a wrapped line', 'ails\n2\n3\n-x\n=x\n%1', TINY, 'ours'],
    ['tiny last rows, some of them blank', '\n\n\n\n-x', `${OURS}\n\n\n\n\n-x`, 'ours'],
    ['tiny last rows and more', '2\n3\n-x\n=x\n%1 x', TINY, 'foreign'],
    ['tiny last rows broken elsewhere', '2\n3-\nx\n=x\n%1', TINY, 'foreign'],
    ['too few tiny last rows', '3\n-x\n=x\n%1', TINY, 'foreign'],
    ['one tiny row in many blank ones', '\n\n\n\n%1', TINY, 'foreign'],
    ['its last rows and more', `${last(6)} x`, long, 'foreign'],
    ['its mark', '[Pasted text #1 +40 lines]', long, 'ours'],
    ['its mark, counted otherwise', '[Pasted text #3 +41 lines]', long, 'ours'],
    ['its mark, broken at a blank', '[Pasted text #1\n+40 lines]', long, 'ours'],
    ['its mark, broken in a word', '[Pasted text #1 +40 li\nnes]', long, 'ours'],
    ['the mark of another paste', '[Pasted text #1 +12 lines]', long, 'foreign'],
    ['a mark that tells nothing', '[Pasted]', long, 'ours'],
    ['two marks', '[Pasted text #1 +40 lines][Pasted text #2 +40 lines]', long, 'foreign'],
    ['a mark and a word', '[Pasted text #1 +40 lines] now', long, 'foreign'],
    ['a word and a mark', 'look: [Pasted text #1 +40 lines]', long, 'foreign'],
    ['its start, a mark, its end', `${OURS.slice(0, 20)}[Pasted]${long.slice(-20)}`, long, 'ours'],
    ['a mark between whole copies', `${long}[Pasted]${long}`, long, 'foreign'],
  ])('%s', (_, shown, ours, expected) => {
    expect(comparePrompt(shown, ours, PROFILE)).toBe(expected);
  });
});

describe('the end of our text in a conversation', () => {
  const end = 'or tell what fails there, and in which line of which file it does. '.repeat(4).trimEnd();
  const ours = `${OURS} ${end}`;

  it.each([
    ['in one row', [ours.slice(-210)], true],
    ['broken anywhere, between frames', [`│ ${end.slice(0, 120)} █`, `│ ${end.slice(120)}  █`], true],
    ['not whole', [ours.slice(-150)], false],
    ['with another word in it', [ours.replaceAll('which line', 'what line')], false],
    ['nowhere', ['something else'], false],
  ])('is found: %s', (_, rows, expected) => {
    expect(holdsEnd(rows, ours)).toBe(expected);
  });

  it('of a short text is the whole of it, with its id', () => {
    expect(holdsEnd(['  ok'], '[from lead · 0123456789]\nok')).toBe(false);
    expect(holdsEnd(['[from lead · 0123456789]', '  ok'], '[from lead · 0123456789]\nok')).toBe(true);
  });
});
