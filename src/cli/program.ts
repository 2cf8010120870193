import { Command } from 'commander';
import { readOwnVersion } from '../base/version.ts';
import { addGlobalOptions } from './context.ts';
import { addHelp } from './help.ts';

/**
 * The command line for these words. Loading forty small files takes longer than running a quick command: those that people and scripts
 * run all the time are declared alone, the others together.
 */
export async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = buildRoot();
  if (words[0] === 'status') (await import('./commands/status.ts')).addStatusCommand(program);
  else if (words[0] === 'agent') (await import('./commands/agent.ts')).addAgentCommands(program);
  else if (words[0] === 'message') (await import('./commands/message.ts')).addMessageCommands(program);
  else if (words[0] === 'broadcast') (await import('./commands/broadcast.ts')).addBroadcastCommand(program);
  else (await import('./all-commands.ts')).addAllCommands(program);
  return program;
}

function buildRoot(): Command {
  const program = new Command('tmux-orchestrator')
    .description(
      'Knows what every AI coding agent in tmux is doing, starts and restarts them, writes to them, and says when one needs you.',
    )
    .version(readOwnVersion(), '--version', 'print the version')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ outputError: () => {} });
  addGlobalOptions(program);
  return addHelp(program, {
    examples: [
      'tmux-orchestrator run --table     watch all agents, here and now',
      'tmux-orchestrator status          what is every agent doing?',
      'tmux-orchestrator agent wait claude-3 --state idle',
    ],
    exits: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 75, 78],
    notes: ['Documentation: README.md of the package. Short name of the program: tmo'],
  });
}
