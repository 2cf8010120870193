import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, padTo, widthOf } from '../../src/base/columns.ts';

describe('the columns that text takes', () => {
  it.each([
    ['abc', 3],
    ['漢字', 4],
    ['한글', 4],
    ['e\u0301', 1],
    ['🤖', 2],
    ['…', 1],
  ])('%s takes %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('text cut to a width', () => {
  it('is left alone where it fits', () => {
    expect(cutEnd('abc', 3)).toBe('abc');
    expect(cutMiddle('abc', 3)).toBe('abc');
  });

  it('ends in an ellipsis where its end was cut', () => {
    expect(cutEnd('abcdef', 4)).toBe('abc…');
  });

  it('keeps both ends where its middle was cut', () => {
    expect(cutMiddle('/home/alice/projects/deep/down', 15)).toBe('/home/a…ep/down');
  });

  it('never takes more columns than asked, and exactly those when padded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (text, width) => {
        for (const cut of [cutEnd(text, width), cutMiddle(text, width)]) {
          expect(widthOf(cut)).toBeLessThanOrEqual(width);
          expect(widthOf(padTo(cut, width))).toBe(width);
        }
      }),
    );
  });
});
