import type { Command } from 'commander';
import {
  type CommandNode,
  type CommandTree,
  type NameKind,
  type OptionNode,
  readCommandTree,
} from './command-tree.ts';
import type { Shell } from './commands/completion.ts';

const BINS = ['tmux-orchestrator', 'tmo'];

/** A completion script made from the commands themselves, so that it never lags behind them. */
export function writeCompletion(program: Command, shell: Shell): string {
  const tree = readCommandTree(program);
  if (shell === 'fish') return writeFish(tree);
  const dialect = shell === 'bash' ? BASH : ZSH;
  return `${dialect.head}\n${dialect.walk(tree)}\n${writeCases(tree, dialect)}\n${dialect.tail}\n`;
}

/** How a shell says the few things that differ. Words are checked to be plain before they get here. */
interface Dialect {
  head: string;
  walk(tree: CommandTree): string;
  offer(words: readonly string[]): string;
  offerFiles: string;
  offerNames(kind: NameKind): string;
  tail: string;
}

const BASH: Dialect = {
  head: `# bash completion of tmux-orchestrator
_tmux_orchestrator() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} place='' word i
  COMPREPLY=()`,
  walk: (tree) => `  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
${writeWalkCases(tree)}
  done`,
  offer: (words) => `COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$cur"))`,
  offerFiles: 'COMPREPLY=($(compgen -f -- "$cur"))',
  offerNames: (kind) => `COMPREPLY=($(compgen -W "$("$1" __complete ${kind} 2>/dev/null)" -- "$cur"))`,
  tail: `}\ncomplete -F _tmux_orchestrator ${BINS.join(' ')}`,
};

/** \`path\` would be zsh's own search path, hence \`place\`. */
const ZSH: Dialect = {
  head: `#compdef ${BINS.join(' ')}
_tmux_orchestrator() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} place='' word i`,
  walk: (tree) => `  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
${writeWalkCases(tree)}
  done`,
  offer: (words) => `compadd -- ${words.map(quote).join(' ')}`,
  offerFiles: '_files',
  offerNames: (kind) => `compadd -- \${(f)"$("\${words[1]}" __complete ${kind} 2>/dev/null)"}`,
  tail: '}\nif [ "$funcstack[1]" = _tmux_orchestrator ]; then _tmux_orchestrator "$@"; else compdef _tmux_orchestrator tmux-orchestrator tmo; fi',
};

/** Finds out below which command the cursor stands; the value of an option is no command. */
function writeWalkCases(tree: CommandTree): string {
  const options = [...tree.common, ...tree.nodes.flatMap((node) => node.options)];
  const withValue = options.filter(({ value }) => value !== null).flatMap(({ flags }) => flags);
  return `    case "$word" in ${[...new Set(withValue)].join('|')}) ((i++)); continue ;; esac
    case "$place/$word" in ${listPaths(tree).join('|')}) place="$place/$word" ;; esac`;
}

function listPaths({ nodes }: CommandTree): string[] {
  return nodes.map(({ path }) => path).filter((path) => path !== '');
}

function writeCases({ nodes, common }: CommandTree, dialect: Dialect): string {
  const flagsOf = (options: readonly OptionNode[]) => options.flatMap(({ flags }) => flags);
  return [
    '  case "$place $prev" in',
    ...nodes.flatMap(({ path, options }) =>
      options.flatMap((one) => writeValueCase(quote(`${path} `), one, dialect)),
    ),
    ...common.flatMap((option) => writeValueCase("*' '", option, dialect)),
    '  esac',
    '  if [[ $cur == -* ]]; then',
    '    case "$place" in',
    ...nodes.map(
      ({ path, options }) => `      ${quote(path)}) ${dialect.offer(flagsOf([...options, ...common]))} ;;`,
    ),
    '    esac',
    '    return',
    '  fi',
    '  case "$place" in',
    ...nodes.flatMap((node) => writePlaceCase(node, dialect)),
    '  esac',
  ].join('\n');
}

function writeValueCase(place: string, { flags, value }: OptionNode, dialect: Dialect): string[] {
  if (value === null) return [];
  return [
    `    ${flags.map((flag) => `${place}${flag}`).join('|')}) ${offerValue(value, dialect)}; return ;;`,
  ];
}

function offerValue(value: NonNullable<OptionNode['value']>, dialect: Dialect): string {
  if (value === 'file') return dialect.offerFiles;
  if (typeof value === 'string') return dialect.offerNames(value);
  return value.length > 0 ? dialect.offer(value) : ':';
}

function writePlaceCase({ path, subcommands, argument }: CommandNode, dialect: Dialect): string[] {
  if (typeof argument === 'string') return [`    ${quote(path)}) ${dialect.offerNames(argument)} ;;`];
  const words = [...subcommands.map(({ name }) => name), ...argument];
  return words.length === 0 ? [] : [`    ${quote(path)}) ${dialect.offer(words)} ;;`];
}

function writeFish(tree: CommandTree): string {
  const lines = tree.nodes.flatMap((node) => {
    const here = `complete -c tmux-orchestrator -n ${quoteFish(`__tmux_orchestrator_at ${node.path || '/'}`)}`;
    return [
      ...node.subcommands.map(({ name, description }) => `${here} -a ${name} -d ${quoteFish(description)}`),
      ...writeFishArgument(node, here),
      ...node.options.map((option) => `${here} ${writeFishOption(option)}`),
    ];
  });
  return `# fish completion of tmux-orchestrator
function __tmux_orchestrator_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        if contains -- "$place/$word" ${listPaths(tree).join(' ')}
            set place "$place/$word"
        end
    end
    test "$place" = (string replace -r '^/$' '' -- $argv[1])
end
complete -c tmux-orchestrator -f
${lines.join('\n')}
${tree.common.map((option) => `complete -c tmux-orchestrator ${writeFishOption(option)}`).join('\n')}
complete -c tmo -w tmux-orchestrator
`;
}

function writeFishArgument({ argument }: CommandNode, here: string): string[] {
  if (typeof argument === 'string') return [`${here} -a ${askFish(argument)}`];
  return argument.length === 0 ? [] : [`${here} -a ${quoteFish(argument.join(' '))}`];
}

function askFish(kind: NameKind): string {
  return `'(tmux-orchestrator __complete ${kind} 2>/dev/null)'`;
}

function writeFishOption({ flags, description, value }: OptionNode): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return `${names.join(' ')} -d ${quoteFish(description)}${writeFishValue(value)}`;
}

function writeFishValue(value: OptionNode['value']): string {
  if (value === null) return '';
  if (value === 'file') return ' -r -F';
  return ` -x -a ${typeof value === 'string' ? askFish(value) : quoteFish(value.join(' '))}`;
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
