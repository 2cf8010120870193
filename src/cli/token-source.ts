import { readSync } from 'node:fs';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { readSecretFile } from '../store/secret-file.ts';

const CHARACTERS_MAX = 200;
const LINE_FEED = 10;

/** The token in a file of mode 0600, or with `-` in the first line of standard input; what follows there stays for the command. Throws `INVALID`. */
export function readToken(source: string, uid: number): string {
  const token = source === '-' ? readFirstLine() : readSecretFile('token', resolve(source), uid);
  if (/^[\w-]+$/.test(token)) return token;
  throw invalid(token === '' ? 'there is no token' : 'what is there is no token');
}

/** Byte by byte: what is read too far could not be put back. */
function readFirstLine(): string {
  if (isatty(0)) throw invalid('standard input is a terminal, which would show it');
  const byte = Buffer.alloc(1);
  const bytes: number[] = [];
  while (readByte(byte) && byte[0] !== LINE_FEED) {
    bytes.push(byte[0] ?? 0);
    if (bytes.length > CHARACTERS_MAX) throw invalid('the first line of standard input is no token');
  }
  return Buffer.from(bytes).toString('latin1').trimEnd();
}

/** False at the end. */
function readByte(into: Buffer): boolean {
  for (;;) {
    try {
      return readSync(0, into) > 0;
    } catch (error) {
      if (hasErrorCode(error, 'EOF')) return false;
      if (!hasErrorCode(error, 'EAGAIN')) throw error;
      // Whoever writes to it has made it one that does not wait.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function invalid(why: string): OrchestratorError {
  return new OrchestratorError('INVALID', `token cannot be used: ${why}`, {
    field: 'tokenFile',
    hint: 'name a file of mode 0600 with the token in one line, or - and write it to standard input',
  });
}
