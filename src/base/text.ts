/**
 * Text that came from a screen, a title, a path or a process is untrusted: it may carry escape sequences.
 * Removes C0 (with LF and TAB), DEL and C1 controls, the bidirectional overrides that let text read differently from what it is,
 * and the invisible tag characters.
 */
export function stripControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\udb40[\udc00-\udc7f]/g,
    '',
  );
}

/** Words of printable ASCII with single blanks between: what nearly every name is. */
const CLEAN = /^[!-~]*(?: [!-~]+)*$/;

/** Untrusted text made fit for one line of a terminal or a log: no controls, blanks folded, at most `charsMax` characters. */
export function cleanLine(text: string, charsMax = 200): string {
  if (text.length <= charsMax && CLEAN.test(text)) return text;
  const folded = stripControls(text.replace(/[\t\n\r]+/g, ' '))
    .replace(/ {2,}/g, ' ')
    .trim();
  return truncate(folded, charsMax);
}

/** At most `charsMax` characters (code points), the last one an ellipsis where something was cut. */
function truncate(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const characters = Array.from(text);
  return characters.length <= charsMax ? text : `${characters.slice(0, charsMax - 1).join('')}…`;
}
