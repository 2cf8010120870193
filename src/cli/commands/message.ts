import { type Command, Option } from 'commander';
import type { ReceiptState } from '../../model/message.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseCount, parseTimeout } from '../option-values.ts';

/** `message VERB`: what became of messages. */
export function addMessageCommands(program: Command): void {
  const message = program.command('message').description('look at messages and what became of them');
  addHelp(message, {
    examples: [
      'tmux-orchestrator message list --to developer-1 --state waiting',
      'tmux-orchestrator message show 7k2m9x4q1a',
      'tmux-orchestrator agent send developer-1 "run the tests"     to write one',
    ],
    exits: [3, 4, 5, 7, 9, 10, 11, 78],
  });
  addList(message);
  addShow(message);
  addCancel(message);
  addRetry(message);
  addWait(message);
}

/** In step with the states of receipts by its type; the list itself stands beside schemas, which load slowly. */
const RECEIPTS: Readonly<Record<ReceiptState, true>> = {
  accepted: true,
  waiting: true,
  delivering: true,
  submitted: true,
  answered: true,
  failed: true,
  expired: true,
  cancelled: true,
  uncertain: true,
};

interface ListOptions {
  to?: string;
  from?: string;
  state?: ReceiptState;
  limit?: number;
}

function addList(message: Command): void {
  const command = message
    .command('list')
    .description('list messages, newest first: id, receipt, age, from whom to whom, how the text begins')
    .option('--to <name>', 'only to this agent')
    .option('--from <name>', 'only from this agent, or from user')
    .addOption(new Option('--state <state>', 'only with this receipt').choices(Object.keys(RECEIPTS)))
    .option('--limit <count>', 'at most so many (default: 50)', parseCount)
    .action(async (options: ListOptions) => {
      const context = openContext(command);
      const { listMessages } = await import('../message-list.ts');
      await listMessages(context, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator message list --to developer-1',
      'tmux-orchestrator message list --state uncertain --json',
    ],
    exits: [3, 78],
  });
}

function addShow(message: Command): void {
  const command = message
    .command('show')
    .description('show one message: its receipt, its text, its answer')
    .argument('<id>', 'id of the message')
    .action(async (id: string) => {
      const context = openContext(command);
      const { showMessage } = await import('../message-list.ts');
      await showMessage(context, id);
    });
  addHelp(command, { examples: ['tmux-orchestrator message show 7k2m9x4q1a'], exits: [3, 4, 78] });
}

function addCancel(message: Command): void {
  const command = message
    .command('cancel')
    .description('take back a message that was not submitted yet')
    .argument('<id>', 'id of the message')
    .action(async (id: string) => {
      const context = openContext(command);
      const { cancelMessage } = await import('../message-list.ts');
      await cancelMessage(context, id);
    });
  addHelp(command, { examples: ['tmux-orchestrator message cancel 7k2m9x4q1a'], exits: [3, 4, 5, 78] });
}

function addRetry(message: Command): void {
  const command = message
    .command('retry')
    .description(
      'send a message that failed, expired, was cancelled or is uncertain once more, under a new id',
    )
    .argument('<id>', 'id of the message')
    .action(async (id: string) => {
      const context = openContext(command);
      const { retryMessage } = await import('../message-list.ts');
      await retryMessage(context, id);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator message retry 7k2m9x4q1a'],
    exits: [3, 4, 5, 78],
    notes: ['An uncertain message may have been read: look at the agent first.'],
  });
}

function addWait(message: Command): void {
  const command = message
    .command('wait')
    .description('wait until a message is submitted or answered, or nothing more will come of it')
    .argument('<id>', 'id of the message')
    .addOption(
      new Option('--until <what>', 'for what').choices(['submitted', 'answered']).default('submitted'),
    )
    .option('--timeout <duration>', 'wait no longer than this (default: 60s); 0 never gives up', parseTimeout)
    .action(async (id: string, options: { until: 'submitted' | 'answered'; timeout?: number }) => {
      const context = openContext(command);
      const { followMessage } = await import('../message-send.ts');
      await followMessage(context, id, { until: options.until, timeoutMs: options.timeout });
    });
  addHelp(command, {
    examples: ['tmux-orchestrator message wait 7k2m9x4q1a --until answered --timeout 30m'],
    exits: [3, 4, 7, 9, 10, 11, 78],
  });
}
