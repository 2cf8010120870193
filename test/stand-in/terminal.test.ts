import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Input, InputDecoder } from '../../src/stand-in/terminal.ts';

const key = (name: string) => ({ kind: 'key', key: name });
const text = (characters: string) => ({ kind: 'text', text: characters });
const paste = (characters: string) => ({ kind: 'paste', text: characters });

function decode(...pieces: string[]): Input[] {
  const decoder = new InputDecoder();
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.flush()];
}

describe('keys', () => {
  it.each([
    ['hello', [text('hello')]],
    ['hi\r', [text('hi'), key('enter')]],
    ['a\nb', [text('a'), key('newline'), text('b')]],
    ['\u001b[A\u001b[B', [key('up'), key('down')]],
    ['\u001bOA\u001bOB', [key('up'), key('down')]],
    ['\u001b', [key('escape')]],
    [
      '\u007f\u0003\u0004\u0015\u001a',
      [key('backspace'), key('ctrl-c'), key('ctrl-d'), key('ctrl-u'), key('ctrl-z')],
    ],
    ['é漢👍', [text('é漢👍')]],
    ['\u001b[1;5C\u001b[15~\u001b[I', []],
    ['\u0001\u0002', []],
  ])('%j', (bytes, expected) => {
    expect(decode(bytes)).toEqual(expected);
  });

  it('tells an escape key from a sequence that arrives in pieces', () => {
    expect(decode('\u001b', '[A')).toEqual([key('up')]);
    expect(decode('\u001b[', 'B')).toEqual([key('down')]);
    expect(decode('\u001bx')).toEqual([key('escape'), text('x')]);
  });
});

describe('a bracketed paste', () => {
  it('is one input, whatever it holds', () => {
    expect(decode('\u001b[200~one\rtwo\r\nthree\u001b[A\u001b[201~\r')).toEqual([
      paste('one\ntwo\nthree\u001b[A'),
      key('enter'),
    ]);
  });

  it('that never ends is cut instead of kept for ever', () => {
    expect(decode('\u001b[200~', 'x'.repeat(1_100_000))[0]).toEqual(paste('x'.repeat(1_100_000)));
  });

  it('reads the same however it is cut into pieces', () => {
    const sample = 'say \u001b[200~a\nb\u001b[201~\u001b[A\r\u001b[Bq';
    const whole = decode(sample);
    const joined = (inputs: Input[]) =>
      inputs
        .map((one) => JSON.stringify(one))
        .join('')
        .replaceAll('"}{"kind":"text","text":"', '');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 40 }), (lengths) => {
        let rest = sample;
        const pieces = lengths.map((length) => {
          const piece = rest.slice(0, length);
          rest = rest.slice(length);
          return piece;
        });
        expect(joined(decode(...pieces, rest))).toBe(joined(whole));
      }),
    );
  });
});

describe('a frame', () => {
  const last = (bytes: string) => bytes.slice(bytes.lastIndexOf('\u001b[2;1H'));

  it('that fills the screen keeps its last row', () => {
    const frame = { rows: ['one', 'two'], cursor: null, title: 'ada' };
    expect(last(encodeFrame(frame, { columns: 80, rows: 2 }))).toBe('\u001b[2;1Htwo\u001b[0m\u001b[K');
  });

  it('that is shorter erases what stood below it', () => {
    const frame = { rows: ['one'], cursor: null, title: 'ada' };
    expect(last(encodeFrame(frame, { columns: 80, rows: 2 }))).toBe('\u001b[2;1H\u001b[J');
  });
});
