/** Characters that terminals draw two columns wide: East Asian wide and full-width forms, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const ASCII = /^[\u0020-\u007e]*$/;

/** How many columns of a terminal a text without control characters takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Blanks behind the text up to a width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** At most `width` columns, the end cut off behind an ellipsis. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${takeColumns(Array.from(text), width - 1)}…`;
}

/** At most `width` columns, the middle replaced by an ellipsis: both ends of a path tell more than its middle. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 3) return cutEnd(text, width);
  const characters = Array.from(text);
  const tail = Array.from(takeColumns(characters.toReversed(), Math.ceil((width - 1) / 2)));
  const head = takeColumns(characters, width - 1 - widthOf(tail.join('')));
  return `${head}…${tail.reverse().join('')}`;
}

function takeColumns(characters: readonly string[], width: number): string {
  let used = 0;
  let end = 0;
  for (const character of characters) {
    used += widthOfCharacter(character);
    if (used > width) break;
    end++;
  }
  return characters.slice(0, end).join('');
}
