import { type Command, Option } from 'commander';
import { parseExpiry } from '../option-values.ts';

/** What `agent send` and `broadcast` share. */
export function addMessageOptions(command: Command): Command {
  return command
    .addOption(new Option('--priority <name>', 'what goes first').choices(['urgent', 'normal', 'low']))
    .option('--while-busy', 'deliver while the agent works, where its CLI queues input by itself')
    .option('--interrupt', 'interrupt what the agent does, then deliver')
    .option('--expire <duration>', 'give up delivery after this: 10m, 1h, never', parseExpiry)
    .option('--key <key>', 'idempotency key: the same one again sends nothing new');
}

/** What must be said of every text that is given on the command line. */
export const TEXT_NOTES: readonly string[] = [
  'A text given as an argument shows in ps to every user of this machine: use - or @FILE for what is private.',
  'A text that begins with a dash goes behind --, one that begins with @ goes through -.',
];
