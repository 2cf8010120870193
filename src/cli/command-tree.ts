import type { Command, Option } from 'commander';
import { AGENT_STATES } from '../model/state.ts';

/** Names that only a look at the files of the worker tells. */
export type NameKind = 'agents' | 'schedules';

/** What may stand at one place of the command line. */
export interface CommandNode {
  /** `/agent/list`; the program itself is empty. */
  path: string;
  subcommands: { name: string; description: string }[];
  options: OptionNode[];
  /** What its arguments are: names of a kind, one of some words, or nothing that is known. */
  argument: NameKind | readonly string[];
}

export interface OptionNode {
  flags: string[];
  description: string;
  /** What its value is: a file, a name of a kind, one of some words; null where it takes none. */
  value: 'file' | NameKind | readonly string[] | null;
}

export interface CommandTree {
  nodes: CommandNode[];
  /** Options that hold everywhere. */
  common: OptionNode[];
}

/** The command line as data. */
export function readCommandTree(program: Command): CommandTree {
  const walk = (command: Command, path: string): CommandNode[] => {
    const visible = command.createHelp().visibleCommands(command);
    const node: CommandNode = {
      path,
      subcommands: visible.map((one) => ({ name: one.name(), description: one.description() })),
      options: command === program ? [] : command.options.map(readOption),
      argument: readArgument(command, path),
    };
    const below = command.commands.filter((one) => visible.includes(one));
    return [node, ...below.flatMap((one) => walk(one, `${path}/${one.name()}`))];
  };
  return { nodes: walk(program, ''), common: [...program.options.map(readOption), HELP] };
}

const HELP: OptionNode = { flags: ['--help'], description: 'show help', value: null };

function readOption(option: Option): OptionNode {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  return { flags, description: option.description, value: readValue(option) };
}

/** The name of the placeholder says what is meant: `<file>`, `<states>`. */
function readValue({ argChoices, flags, required, optional }: Option): OptionNode['value'] {
  if (!required && !optional) return null;
  if (argChoices !== undefined) return argChoices;
  if (flags.includes('<file')) return 'file';
  if (/^--(agent|to|from) <name>$/.test(flags)) return 'agents';
  return flags.includes('<states>') ? AGENT_STATES : [];
}

function readArgument(command: Command, path: string): CommandNode['argument'] {
  const argument = command.registeredArguments[0];
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (argument.name() === 'schedule') return 'schedules';
  return path.startsWith('/agent/') && argument.name() === 'name' ? 'agents' : [];
}
