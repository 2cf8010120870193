import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { messageOf, OrchestratorError } from '../base/errors.ts';

const BYTES_MAX = 65_536;

/** Reads a secret: a regular file of ours that nobody else may read, one line. Throws `INVALID`, field `secretFiles.NAME`; never tells its content. */
export function readSecretFile(name: string, path: string, uid: number): string {
  const refuse = (why: string, hint: string) =>
    new OrchestratorError('INVALID', `file ${path} for ${name} cannot be used: ${why}`, {
      field: `secretFiles.${name}`,
      hint,
    });
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw refuse(messageOf(error).split(',')[0] ?? '', 'name a regular file of yours by its whole path');
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refuse('it is no regular file', 'name a regular file');
    if (stats.uid !== uid) throw refuse(`it belongs to user ${stats.uid}`, 'make a file of your own');
    if ((stats.mode & 0o077) !== 0) throw refuse('others may read it', `chmod 600 ${path}`);
    if (stats.size > BYTES_MAX) throw refuse(`it is longer than ${BYTES_MAX} bytes`, 'a secret is one line');
    return readFileSync(descriptor, 'utf8').replace(/\r?\n$/, '');
  } finally {
    closeSync(descriptor);
  }
}
