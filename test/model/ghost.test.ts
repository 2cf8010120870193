import { describe, expect, it } from 'vitest';
import { isGhost, isGhostOrCursor } from '../../src/model/ghost.ts';
import type { Cell } from '../../src/model/style.ts';

const BOTH = { dim: true, gray: true };
const PLAIN: Cell = { character: 'x', dim: false, italic: false, reverse: false, underline: false };
const DIM = { ...PLAIN, dim: true };

describe('ghost text', () => {
  it('is dim or gray, as far as its CLI paints it so', () => {
    expect(isGhost(DIM, BOTH)).toBe(true);
    expect(isGhost(DIM, { dim: false, gray: true })).toBe(false);
    expect(isGhost({ ...PLAIN, foreground: '8' }, { dim: true, gray: false })).toBe(false);
    expect(isGhost(PLAIN, BOTH)).toBe(false);
  });

  it.each(['8', '232', '250', '#303030', '#c7c7c7', '#505070'])('is gray in colour %s', (foreground) => {
    expect(isGhost({ ...PLAIN, foreground }, BOTH)).toBe(true);
  });

  it.each(['7', '231', '251', '#2f2f2f', '#c8c8c8', '#505078'])('is not gray in colour %s', (foreground) => {
    expect(isGhost({ ...PLAIN, foreground }, BOTH)).toBe(false);
  });

  it('is no frame', () => {
    expect(isGhost({ ...DIM, character: '│' }, BOTH)).toBe(false);
  });

  it('begins under the cursor that a CLI draws, where ghost text follows', () => {
    const cursor = { ...PLAIN, reverse: true };
    expect(isGhostOrCursor(cursor, DIM, BOTH)).toBe(true);
    expect(isGhostOrCursor(cursor, PLAIN, BOTH)).toBe(false);
    expect(isGhostOrCursor(PLAIN, DIM, BOTH)).toBe(false);
    expect(isGhostOrCursor(cursor, undefined, BOTH)).toBe(false);
    const grounded = { ...PLAIN, background: '#d4d4d4' };
    expect(isGhostOrCursor(grounded, DIM, BOTH)).toBe(true);
    expect(isGhostOrCursor(grounded, PLAIN, BOTH)).toBe(false);
    expect(isGhostOrCursor(grounded, { ...DIM, background: '#d4d4d4' }, BOTH)).toBe(false);
  });
});
