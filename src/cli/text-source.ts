import { createReadStream } from 'node:fs';
import { messageOf, OrchestratorError } from '../base/errors.ts';

interface TextLimits {
  /** What the text is, for messages: `text`, `brief`. */
  field: string;
  bytesMax: number;
}

/**
 * The text that a word of the command line stands for: itself, the file behind `@`, or with `-` standard input, which is read as well where
 * nothing is given and it is no terminal. Throws `USAGE`, `INVALID`.
 */
export async function readTextSource(word: string | undefined, limits: TextLimits): Promise<string> {
  const { field } = limits;
  if (word === undefined && process.stdin.isTTY) {
    throw new OrchestratorError('USAGE', `${field} is missing`, {
      hint: 'give it as an argument, as @FILE, or as - and write it to standard input',
    });
  }
  if (word === undefined || word === '-') return readStream(process.stdin, 'standard input', limits);
  if (!word.startsWith('@')) return word;
  const path = word.slice(1);
  if (path === '') throw new OrchestratorError('USAGE', `${field} names no file behind @`);
  return readStream(createReadStream(path), path, limits);
}

async function readStream(
  stream: AsyncIterable<Buffer>,
  name: string,
  { field, bytesMax }: TextLimits,
): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of stream) {
      bytes += part.length;
      if (bytes > bytesMax)
        throw new OrchestratorError('INVALID', `${name} is longer than ${bytesMax} bytes`, { field });
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof OrchestratorError) throw error;
    throw new OrchestratorError('INVALID', `${field} cannot be read: ${messageOf(error)}`, {
      field,
      cause: error,
    });
  }
  const { decodeText } = await import('../model/message-text.ts');
  return decodeText(Buffer.concat(parts));
}
