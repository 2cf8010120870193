import { execa } from 'execa';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { userEnvironment } from './user-environment.ts';

const TIME_LIMIT_MS = 10_000;

/** Runs a user's own command, without a shell, with the notices as JSON on its standard input. Throws `FAILED`. */
export async function runNoticeCommand(
  words: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<void> {
  const [file = '', ...rest] = words;
  try {
    await execa(file, rest, {
      ...{ input, stdout: 'ignore', stderr: 'ignore', timeout: TIME_LIMIT_MS, forceKillAfterDelay: 500 },
      ...{ cancelSignal: signal, env: userEnvironment(), extendEnv: false },
    });
  } catch (error) {
    const why = messageOf(error).split('\n')[0] ?? '';
    throw new OrchestratorError('FAILED', `command failed: ${cleanLine(why)}`, { cause: error });
  }
}
