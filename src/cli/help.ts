import type { Command } from 'commander';

const MEANINGS: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'wrong usage',
  3: 'the worker is not running',
  4: 'no such thing',
  5: 'refused, or in conflict with how things are',
  6: 'tmux failed or did not answer',
  7: 'timed out',
  8: 'some of many failed',
  9: 'a message failed',
  10: 'a message expired',
  11: 'nobody knows whether a message was submitted',
  75: 'another worker is running',
  78: 'configuration, directory or tmux cannot be used',
  130: 'interrupted',
};

interface HelpText {
  examples: readonly string[];
  /** Exit codes beside 0, 2 and 130, which every command has. */
  exits?: readonly number[];
  /** What else must be said, between options and exit codes. */
  notes?: readonly string[];
}

/** Puts examples in front of a command's help and EXIT STATUS at its end. */
export function addHelp(command: Command, { examples, exits = [], notes = [] }: HelpText): Command {
  const codes = [0, ...exits, 2, 130].sort((a, b) => a - b);
  const lines = codes.map((code) => `  ${String(code).padStart(3)}  ${MEANINGS[code] ?? ''}`);
  return command
    .addHelpText('before', ['EXAMPLES', ...examples.map((example) => `  ${example}`), ''].join('\n'))
    .addHelpText(
      'after',
      ['', ...notes, ...(notes.length > 0 ? [''] : []), 'EXIT STATUS', ...lines].join('\n'),
    );
}
