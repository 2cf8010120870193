/** Whether a text is one of our messages, or several of them in one: their first line is `[from NAME · ID]`. */
export function holdsMessage(text: string, messageId: string): boolean {
  return text
    .split('\n')
    .some((line) => line.startsWith('[from ') && line.trimEnd().endsWith(` · ${messageId}]`));
}

/** The texts of a message's content: a string, or a list of parts of which some have a text. */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => {
    const text: unknown = typeof part === 'object' && part !== null && 'text' in part ? part.text : undefined;
    return typeof text === 'string' ? [text] : [];
  });
}
