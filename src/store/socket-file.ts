import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';

/** `sun_path` is 108 bytes on Linux and 104 on macOS, with the closing NUL. */
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

/** Where the worker listens for the command line and other programs of its user. */
export function controlSocketPath(runtime: string): string {
  return join(runtime, 'control.sock');
}

/** Makes way for a socket: what a killed worker left goes, anything but a socket stays. Throws `DIRECTORY`. */
export function clearSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes > PATH_BYTES_MAX) {
    throw unusable(
      path,
      `its path is ${bytes} bytes long, the system allows ${PATH_BYTES_MAX}`,
      'set XDG_RUNTIME_DIR to a shorter path',
    );
  }
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket())
    throw unusable(path, 'something else is there', `move it away: mv ${path} ${path}.old`);
  rmSync(path, { force: true });
}

/** Only its owner may speak to it. */
export function closeToOthers(path: string): void {
  chmodSync(path, 0o600);
}

function unusable(path: string, why: string, hint: string): OrchestratorError {
  return new OrchestratorError('DIRECTORY', `control socket ${path} cannot be opened: ${why}`, { hint });
}
