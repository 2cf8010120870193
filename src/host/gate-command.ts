import { execa } from 'execa';
import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import type { Gate } from '../model/schedule.ts';
import { userEnvironment } from './user-environment.ts';

/** These say that there is nothing to do; those above stand for a program that was not found or a signal. */
const NOTHING_MAX = 125;

/**
 * Runs the gate of a schedule, without a shell, its words as they are. Gives whether there is anything to wake somebody for.
 * Throws `FAILED` where it cannot be started, is ended by a signal, or takes too long.
 */
export async function askGate(
  { command, directory, timeoutMs }: Gate,
  signal: AbortSignal,
): Promise<boolean> {
  const [file = '', ...words] = command;
  const { exitCode, timedOut, failed, shortMessage } = await run(file, words, {
    ...{ cwd: directory, timeout: timeoutMs, cancelSignal: signal },
    env: userEnvironment(),
  });
  if (exitCode === 0) return true;
  if (exitCode !== undefined && exitCode <= NOTHING_MAX) return false;
  const why = timedOut ? `no end within ${timeoutMs} ms` : failed ? shortMessage : `exit code ${exitCode}`;
  throw failure(why ?? 'it failed');
}

async function run(file: string, words: readonly string[], options: object) {
  try {
    return await execa(file, words, {
      ...{ stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', extendEnv: false, reject: false },
      ...{ forceKillAfterDelay: 500, ...options },
    });
  } catch (error) {
    throw failure(error instanceof Error ? error.message : String(error));
  }
}

function failure(why: string): OrchestratorError {
  return new OrchestratorError('FAILED', `its gate failed: ${cleanLine(why.split('\n')[0] ?? '', 300)}`);
}
