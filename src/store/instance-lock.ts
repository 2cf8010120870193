import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';

/** Held until `release` or the end of the process, however it ends: the kernel lets go of it, so nothing stale can stand in the way. */
export interface InstanceLock {
  release(): void;
}

/** Takes the place of the one worker of this runtime directory. Throws `ALREADY_RUNNING` where another has it. */
export function acquireInstanceLock(runtimeDirectory: string, uid: number): Promise<InstanceLock> {
  if (process.platform === 'linux') return bindAbstractSocket(runtimeDirectory, uid);
  return Promise.resolve(lockFile(join(runtimeDirectory, 'worker.lock')));
}

/**
 * Linux: a socket in the abstract namespace. Unlike a socket with a path it needs no clean-up after a crash (the test-and-unlink that
 * would take was measured: 9 to 16 winners of 50). Any local user could squat the name; then we refuse to start.
 */
async function bindAbstractSocket(runtimeDirectory: string, uid: number): Promise<InstanceLock> {
  const hash = createHash('sha256').update(runtimeDirectory).digest('hex').slice(0, 32);
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(hasErrorCode(error, 'EADDRINUSE') ? taken(runtimeDirectory) : error),
    );
    server.listen({ path: `\0tmux-orchestrator-${uid}-${hash}` }, resolve);
  });
  server.unref();
  return { release: () => server.close() };
}

/** `O_EXLOCK` of the BSDs and macOS: an open that holds an flock. Node names no constant for it. */
const O_EXLOCK = 0x20;

function lockFile(path: string): InstanceLock {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK;
    const descriptor = openSync(path, flags, 0o600);
    return { release: () => closeSync(descriptor) };
  } catch (error) {
    throw hasErrorCode(error, 'EAGAIN', 'EWOULDBLOCK') ? taken(path) : error;
  }
}

function taken(what: string): OrchestratorError {
  return new OrchestratorError('ALREADY_RUNNING', `another worker is running already (it holds ${what})`, {
    hint: 'see it with: tmux-orchestrator status',
  });
}
