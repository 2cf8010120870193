import { type Command, Option } from 'commander';
import { SCOPES } from '../../model/scope.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseTimeToLive } from '../option-values.ts';
import type { NewTokenOptions } from '../token-list.ts';

/** `token create|list|revoke|rotate`. */
export function addTokenCommands(program: Command): void {
  const token = program
    .command('token')
    .description('tokens for programs that do not use the control socket');
  addCreate(token);
  addList(token);
  addChange(token, 'revoke', 'make a token void at once');
  addChange(token, 'rotate', 'give out a new token in place of an old one, which is void at once');
}

const EXITS = [2, 3, 4, 5, 78] as const;

function addCreate(token: Command): void {
  const command = token
    .command('create')
    .description('give out a token; it is shown this once, and kept nowhere')
    .addOption(
      new Option('--scope <scope>', 'what it is good for; each holds those before it')
        .choices(SCOPES)
        .makeOptionMandatory(),
    )
    .option('--agent <name>', 'the agent that it speaks for; else it speaks for you')
    .option('--ttl <duration>', 'how long it counts: 60m, 12h, 30d', parseTimeToLive)
    .option('-o, --output <file>', 'write it into a new file of mode 0600 in place of standard output')
    .action(async (options: NewTokenOptions) => {
      const context = openContext(command);
      const { createToken } = await import('../token-list.ts');
      await createToken(context, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator token create --scope read --ttl 12h --output ~/.config/dashboard.token',
      'tmux-orchestrator token create --scope message --agent ada --ttl 30d',
    ],
    exits: [...EXITS],
    notes: [
      'read: see agents, screens and messages. message: write to agents as well. control: start, stop, restart and answer them.',
      'admin: all but tokens themselves. Whoever may write to an agent may have it run commands: a token is as good as a shell.',
    ],
  });
}

function addList(token: Command): void {
  const command = token
    .command('list')
    .description('list tokens: id, scope, for whom, until when')
    .action(async () => {
      const context = openContext(command);
      const { listTokens } = await import('../token-list.ts');
      await listTokens(context);
    });
  addHelp(command, { examples: ['tmux-orchestrator token list --json'], exits: [3, 78] });
}

function addChange(token: Command, verb: 'revoke' | 'rotate', description: string): void {
  const command = token.command(verb).description(description).argument('<id>', 'its id, as in the list');
  if (verb === 'rotate')
    command.option('-o, --output <file>', 'write the new one into a new file of mode 0600');
  command.action(async (id: string, options: { output?: string }) => {
    const context = openContext(command);
    const { changeToken } = await import('../token-list.ts');
    await changeToken(context, verb, id, options);
  });
  addHelp(command, { examples: [`tmux-orchestrator token ${verb} 4f1c09ab77e2`], exits: [...EXITS] });
}
