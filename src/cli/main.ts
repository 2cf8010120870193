#!/usr/bin/env node
import { OrchestratorError } from '../base/errors.ts';
import { isJournalStream } from '../host/journal-stream.ts';
import { openOutput } from './context.ts';
import { reportFailure } from './failure.ts';
import { buildProgram } from './program.ts';

/** Asked at once: the worker takes from its environment what systemd told it, so that no child gets it. */
const journal = isJournalStream(process.env, 2);

/** A reader that has seen enough (`| head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  const program = await buildProgram(process.argv.slice(2));
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error, openOutput(readEarlyOptions(process.argv), { journal }), {
    // Nobody repeats with --debug what happened to a service at night; what we expected needs no such thing.
    debug: process.argv.includes('--debug') || (journal && !(error instanceof OrchestratorError)),
  });
}

/** How to report must be known even where the line could not be parsed. */
function readEarlyOptions(argv: readonly string[]): { json?: true; color: boolean } {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return {
    ...(words.includes('--json') ? { json: true as const } : {}),
    color: !words.includes('--no-color'),
  };
}
