/** A Markdown file that begins with YAML between two lines of `---`. */
export interface FrontMatter {
  /** The YAML. Its first line is empty in place of the fence, so that line numbers are those of the file. */
  head: string;
  /** What stands behind it. */
  body: string;
}

/** Undefined where the text does not begin with a fence, or the fence is not closed. */
export function splitFrontMatter(text: string): FrontMatter | undefined {
  const lines = text.replace(/\r\n/g, '\n').split('\n');
  if (!isFence(lines[0])) return undefined;
  const end = lines.findIndex((line, i) => i > 0 && isFence(line));
  if (end < 0) return undefined;
  return { head: `\n${lines.slice(1, end).join('\n')}\n`, body: lines.slice(end + 1).join('\n') };
}

/** The reverse. `head` is YAML that ends with a line feed. */
export function joinFrontMatter({ head, body }: FrontMatter): string {
  return `---\n${head}---\n\n${body.trim()}\n`;
}

function isFence(line: string | undefined): boolean {
  return line?.trimEnd() === '---';
}
