/** One character of a captured row with the attributes that rules ask for. */
export interface Cell {
  character: string;
  dim: boolean;
  italic: boolean;
  reverse: boolean;
  underline: boolean;
  /** Foreground as `#rrggbb`, as a palette number `0`-`255`, or absent for the default. */
  foreground?: string;
  /** The same for the ground. */
  background?: string;
}

type Attributes = Omit<Cell, 'character'>;

const PLAIN: Attributes = { dim: false, italic: false, reverse: false, underline: false };

const TOKEN = /\u001b\[([0-9;:]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b.|(\n)|([^\u001b])/gu;

/** Reads the output of `capture-pane -e`, a list of cells for each row. tmux lets attributes run on over row ends. */
export function readStyledRows(text: string): Cell[][] {
  let row: Cell[] = [];
  const rows = [row];
  let attributes = PLAIN;
  for (const [, sgr, lineEnd, character] of text.matchAll(TOKEN)) {
    if (sgr !== undefined) attributes = applySgr(attributes, sgr);
    else if (lineEnd !== undefined) {
      row = [];
      rows.push(row);
    } else if (character !== undefined) {
      row.push({ ...attributes, character: character === '\u00a0' ? ' ' : character });
    }
  }
  return rows;
}

function applySgr(before: Attributes, parameters: string): Attributes {
  const attributes = { ...before };
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 38 || code === 48) {
      const [colour, taken] = readColour(codes.slice(i + 1));
      if (colour !== undefined) attributes[code === 38 ? 'foreground' : 'background'] = colour;
      i += taken;
    } else if (code !== undefined) applySimple(attributes, code);
  }
  return attributes;
}

function readColour(codes: number[]): [colour: string | undefined, taken: number] {
  if (codes[0] === 5) return [String(codes[1] ?? 0), 2];
  if (codes[0] === 2) {
    const hex = codes.slice(1, 4).map((part) => part.toString(16).padStart(2, '0'));
    return [`#${hex.join('')}`, 4];
  }
  return [undefined, 0];
}

function applySimple(attributes: Attributes, code: number): void {
  if (code === 0) {
    Object.assign(attributes, PLAIN);
    delete attributes.foreground;
    delete attributes.background;
  } else if (code === 2) attributes.dim = true;
  else if (code === 3) attributes.italic = true;
  else if (code === 4) attributes.underline = true;
  else if (code === 7) attributes.reverse = true;
  else if (code === 22) attributes.dim = false;
  else if (code === 23) attributes.italic = false;
  else if (code === 24) attributes.underline = false;
  else if (code === 27) attributes.reverse = false;
  else if (code === 39) delete attributes.foreground;
  else if (code === 49) delete attributes.background;
  else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
    attributes.foreground = String(code < 90 ? code - 30 : code - 82);
  } else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) {
    attributes.background = String(code < 100 ? code - 40 : code - 92);
  }
}
