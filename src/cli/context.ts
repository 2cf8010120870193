import type { Command } from 'commander';
import {
  checkPrivateDirectory,
  type Directories,
  findDirectories,
  surroundings,
} from '../store/directories.ts';
import { Output } from './output.ts';
import { readToken } from './token-source.ts';

/** Options that every command takes, wherever they stand on the line. */
export interface GlobalOptions {
  json?: true;
  color: boolean;
  config?: string;
  socketName?: string;
  socketPath?: string;
  tokenFile?: string;
  quiet?: true;
  debug?: true;
}

/** What a command works with. */
export interface Context {
  output: Output;
  options: GlobalOptions;
  directories: Directories;
  /** The configuration file that was named, where one was. */
  configFile: string | undefined;
  home: string;
  uid: number;
  /** Who the worker is asked as; undefined: the user, or the agent in whose pane this runs. */
  token?: string;
}

/** Declares the options of all commands on the program; commander finds them before and behind the command. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option('--json', 'print JSON: one document, or JSON Lines for streams')
    .option('--no-color', 'no colours (also: NO_COLOR, TERM=dumb)')
    .option('--config <file>', 'read this file in place of config.yaml (also: TMUX_ORCHESTRATOR_CONFIG)')
    .option('--socket-name <name>', 'tmux server with this socket name, as in tmux -L')
    .option('--socket-path <path>', 'tmux server at this socket, as in tmux -S')
    .option(
      '--token-file <file>',
      'be who the token in this file of mode 0600 says; -: in the first line of input',
    )
    .option('-q, --quiet', 'no messages but failures')
    .option('--debug', 'show where a failure came from');
}

/** `journal`: standard error goes to journald. */
export function openOutput(options: Partial<GlobalOptions>, { journal = false } = {}): Output {
  return new Output({
    journal,
    json: options.json === true,
    quiet: options.quiet === true,
    colour: options.color !== false,
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

/** The surroundings of a command that runs. The runtime directory must be ours or not there: others could write lies into it. */
export function openContext(command: Command): Context {
  const context = openContextUnchecked(command);
  checkPrivateDirectory(context.directories.runtime, context.uid);
  return context;
}

/** The same for a command that checks directories itself. */
export function openContextUnchecked(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const around = surroundings();
  return {
    output: openOutput(options),
    options,
    directories: findDirectories(around),
    configFile: options.config ?? (around.env.TMUX_ORCHESTRATOR_CONFIG || undefined),
    home: around.home,
    uid: around.uid,
    ...(options.tokenFile === undefined ? {} : { token: readToken(options.tokenFile, around.uid) }),
  };
}

/** Lets a command end with the code its action gives; without one with 0. */
export function endWith(code: number): void {
  process.exitCode = code;
}
