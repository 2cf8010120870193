import { type Command, Option } from 'commander';
import { OrchestratorError } from '../../base/errors.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import type { SendOptions } from '../message-send.ts';
import { parseCount, parseTimeout } from '../option-values.ts';
import { addMessageOptions, TEXT_NOTES } from './message-options.ts';

export function addAgentSendCommand(agent: Command): void {
  const command = agent
    .command('send')
    .description("put a message into an agent's mailbox; it is delivered when the agent can take it")
    .argument('<name>', 'name of the agent')
    .argument('[text]', 'the text, @FILE, or - for standard input');
  addMessageOptions(command)
    .addOption(new Option('--wait <what>', 'wait for this').choices(['submitted', 'answered']))
    .option('--timeout <duration>', 'wait no longer than this (default: 60s); 0 never gives up', parseTimeout)
    .action(async (name: string, text: string | undefined, options: SendOptions) => {
      const context = openContext(command);
      const { sendMessage } = await import('../message-send.ts');
      await sendMessage(context, name, text, options);
    });
  addHelp(command, {
    examples: [
      'git diff | tmux-orchestrator agent send reviewer-1 - --wait answered --timeout 30m',
      'tmux-orchestrator agent send developer-1 @task.md',
      'tmux-orchestrator agent send developer-1 --interrupt "stop, the tests are wrong"',
    ],
    exits: [3, 4, 5, 7, 9, 10, 11, 78],
    notes: [
      ...TEXT_NOTES,
      'Exit 7: the time is up and the message stays in the mailbox. Without --wait 0 means that it is kept safely.',
    ],
  });
}

interface AnswerOptions {
  dialog: string;
  option?: number;
  approve?: true;
  deny?: true;
}

export function addAgentAnswerCommand(agent: Command): void {
  const command = agent
    .command('answer')
    .description("choose an option of the dialog on an agent's screen")
    .argument('<name>', 'name of the agent')
    .requiredOption('--dialog <id>', 'which dialog is meant; agent show tells its id')
    .option('--option <number>', 'the option with this number', parseCount)
    .option('--approve', 'the option that allows it, this once')
    .option('--deny', 'the option that refuses it')
    .action(async (name: string, options: AnswerOptions) => {
      const choice = readChoice(options);
      const context = openContext(command);
      const { answerDialog } = await import('../agent-control.ts');
      await answerDialog(context, name, { dialog: options.dialog, ...choice });
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent show claude-3     the dialog, its id and its options',
      'tmux-orchestrator agent answer claude-3 --dialog 1f0c9a3e --option 2',
      'tmux-orchestrator agent answer claude-3 --dialog 1f0c9a3e --deny',
    ],
    exits: [3, 4, 5, 6, 7, 78],
    notes: ['Refused (5) where another dialog stands there by now: nothing is ever answered blindly.'],
  });
}

function readChoice({ option, approve, deny }: AnswerOptions) {
  const given = [option, approve, deny].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new OrchestratorError('USAGE', 'give one of --option, --approve and --deny', {
      hint: 'see the options with: tmux-orchestrator agent show NAME',
    });
  }
  if (option !== undefined) return { option };
  return { decision: approve ? ('approve' as const) : ('deny' as const) };
}
