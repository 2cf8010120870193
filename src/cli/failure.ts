import { CommanderError } from 'commander';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import type { Output } from './output.ts';

const USAGE = 2;

/** What commander throws where nothing failed: help or version was asked for and shown. */
const NO_FAILURES = ['commander.helpDisplayed', 'commander.version'];

/** Tells what was thrown and gives the exit code for it. */
export function reportFailure(error: unknown, output: Output, { debug }: { debug: boolean }): number {
  if (error instanceof CommanderError) return reportUsage(error, output);
  if (debug && error instanceof Error) output.trace(error.stack ?? '');
  if (error instanceof OrchestratorError) {
    output.fail(error, error.exitCode);
    return error.exitCode;
  }
  output.fail({ code: 'FAILED', message: messageOf(error), hint: 'see where, with: --debug' }, 1);
  return 1;
}

/** commander's messages read `error: …` with a near miss in brackets behind it. */
function reportUsage(error: CommanderError, output: Output): number {
  if (NO_FAILURES.includes(error.code) || error.exitCode === 0) return 0;
  if (error.code === 'commander.help') return USAGE;
  const [message = '', ...suggestions] = error.message.replace(/^error: /, '').split('\n');
  const near = /\((Did you mean .*)\)/.exec(suggestions.join(' '))?.[1];
  output.fail({ code: 'USAGE', message, hint: near?.replace('Did', 'did') ?? 'see: --help' }, USAGE);
  return USAGE;
}
