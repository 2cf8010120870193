import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { type Token, TokenSchema } from '../model/token.ts';
import { writeFileAtomic } from './atomic-file.ts';

const FileSchema = z.object({ v: z.literal(1), tokens: z.array(TokenSchema) });

/** `tokens.json` of the state directory: what is kept of the tokens that were given out. */
export class TokenFile {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'tokens.json');
  }

  /** Throws `CONFIG` for a file that cannot be understood: a revocation that is forgotten would let somebody in again. */
  read(): Token[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return [];
      throw error;
    }
    const result = FileSchema.safeParse(parseJson(text));
    if (result.success) return result.data.tokens;
    throw new OrchestratorError('CONFIG', `${this.#path} cannot be understood`, {
      hint: `move it away: mv ${this.#path} ${this.#path}.broken; all tokens are void then`,
    });
  }

  write(tokens: readonly Token[]): void {
    writeFileAtomic(this.#path, `${JSON.stringify({ v: 1, tokens }, null, 1)}\n`, { durable: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
