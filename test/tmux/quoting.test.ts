import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { command, decodeVis, quoteArgument, readPaneId } from '../../src/tmux/quoting.ts';

describe('an argument for tmux', () => {
  it('stays as it is when it is a plain word', () => {
    expect(command('capture-pane', '-p', '-t', '%12').line).toBe('capture-pane -p -t %12');
  });

  it.each([
    ['a blank', 'a b', '"a b"'],
    ['a separator', 'x;', '"x\\073"'],
    ['a line feed', 'a\nkill-server', '"a\\012kill-server"'],
    ['a format', '#(id)', '"\\043\\050id\\051"'],
    ['a variable', '$HOME', '"\\044HOME"'],
    ['a home', '~', '"\\176"'],
    ['a quote', '"', '"\\042"'],
    ['nothing', '', '""'],
    ['two bytes', 'ü', '"\\303\\274"'],
  ])('carries %s as data', (_name, text, written) => {
    expect(quoteArgument(text)).toBe(written);
  });

  it('never holds a byte that the parser could take for anything but data', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\0') && !/\p{Surrogate}/u.test(text));
        expect(quoteArgument(text)).toMatch(
          /^(?:[A-Za-z0-9_=%@+/.,:-]+|"(?:[A-Za-z0-9 _=%@+/.,:-]|\\[0-3][0-7]{2})*")$/,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a\0b', 'NUL'],
    ['\ud800', 'surrogate'],
    ['a'.repeat(1_048_577).concat(' '), 'longer'],
  ])('is refused when it cannot arrive (%#)', (text, why) => {
    expect(() => quoteArgument(text)).toThrow(why);
  });
});

describe('a pane id', () => {
  it.each(['%0', '%7', '%123456'])('may be %s', (word) => {
    expect(readPaneId(word)).toBe(word);
  });

  it.each(['', '0', '%', '%01', '%-1', '%1 ', '%1\n', '=', '.', '!', '{mouse}', '@1', '$1', '%99999999999'])(
    'may not be %j',
    (word) => {
      expect(() => readPaneId(word)).toThrow('pane id must be');
    },
  );
});

describe('the encoding of show-buffer', () => {
  it.each([
    ['a\\\\b', 'a\\b'],
    ['\\033[2m', '\u001b[2m'],
    ['a\\tb\\nc', 'a\tb\nc'],
    ['100%', '100%'],
  ])('decodes %j', (line, text) => {
    expect(decodeVis(line)).toBe(text);
  });
});
