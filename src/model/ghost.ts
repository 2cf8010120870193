import type { Profile } from './profile.ts';
import type { Region } from './region.ts';
import type { Cell } from './style.ts';

type Ghost = Profile['ghost'];

/** Parts of a frame, which many CLIs paint gray too. */
const FRAME = /[\u2500-\u257f]/u;

/** Whether a cell is painted like placeholders and suggestions. */
export function isGhost(cell: Cell, ghost: Ghost): boolean {
  if (FRAME.test(cell.character)) return false;
  return (ghost.dim && cell.dim) || (ghost.gray && isGray(cell.foreground));
}

/** Rows of a region with all cells blanked that `isBlank` picks (it sees the next cell too). */
export function blankRows(
  cells: readonly (readonly Cell[])[],
  region: Region,
  isBlank: (cell: Cell, next: Cell | undefined) => boolean,
): string[] {
  return region.rows.map((_, i) => {
    const characters = (cells[region.top + i] ?? []).map((cell, at, row) =>
      isBlank(cell, row[at + 1]) ? ' ' : cell.character,
    );
    return characters.join('').slice(0, region.width).trimEnd();
  });
}

/** A CLI that draws its own cursor reverses, underlines or grounds the first letter of a placeholder: what follows tells what it is. */
export function isGhostOrCursor(cell: Cell, next: Cell | undefined, ghost: Ghost): boolean {
  if (isGhost(cell, ghost)) return true;
  if (next === undefined || !isGhost(next, ghost)) return false;
  const hasOwnGround = cell.background !== undefined && cell.background !== next.background;
  return cell.reverse || cell.underline || hasOwnGround;
}

/**
 * Palette grays (8, 232-250) and true colours whose parts differ by less than 40 and lie between 48 and 200. Nearly black is
 * what stands on a bright ground: opencode's `[Pasted ~40 lines]`.
 */
function isGray(foreground: string | undefined): boolean {
  if (foreground === undefined) return false;
  if (!foreground.startsWith('#')) {
    const number = Number(foreground);
    return number === 8 || (number >= 232 && number <= 250);
  }
  const parts = [1, 3, 5].map((at) => Number.parseInt(foreground.slice(at, at + 2), 16));
  const brightest = Math.max(...parts);
  return brightest >= 48 && brightest < 200 && brightest - Math.min(...parts) < 40;
}
