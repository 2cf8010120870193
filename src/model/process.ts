import type { ProcessNode } from './observation.ts';
import type { ProcessMatchSpec, Profile } from './profile.ts';

const INTERPRETERS = /^(?:node|nodejs|bun|deno|python[\d.]*)(?:\.exe)?$/u;
const SHELLS = /^-?(?:ba|z|fi|da|k|tc|c|a|xon|nu|elvi?)?sh(?:\.exe)?$/u;

/** An agent CLI found below a pane. */
export interface AgentProcess {
  node: ProcessNode;
  profile: Profile;
}

/** The process nearest to the pane's root that one of the profiles knows. Earlier profiles win at the same process. */
export function findAgentProcess(root: ProcessNode, profiles: readonly Profile[]): AgentProcess | undefined {
  const queue = [root];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const found = profiles.find((profile) => isProcessOf(node, profile));
    if (found !== undefined) return { node, profile: found };
    queue.push(...node.children);
  }
  return undefined;
}

function isProcessOf(node: ProcessNode, profile: Profile): boolean {
  if (node.stat.startsWith('Z')) return false;
  const { program, rest } = splitArguments(node.argv);
  if (program === undefined) return false;
  return profile.processes.some((match) => matches(match, program, rest.join(' ')));
}

function matches(match: ProcessMatchSpec, program: string, rest: string): boolean {
  if (match.program === undefined && match.path === undefined) return false;
  if (match.program !== undefined && !match.program.test(fileName(program))) return false;
  if (match.path !== undefined && !match.path.test(program)) return false;
  if (match.arguments !== undefined && !match.arguments.test(rest)) return false;
  return !match.notArguments?.test(rest);
}

/** The program that really runs: for an interpreter the script, which is the first argument that is no option. */
function splitArguments(argv: readonly string[]): { program: string | undefined; rest: string[] } {
  const program = argv[0];
  if (program === undefined || !INTERPRETERS.test(fileName(program))) {
    return { program, rest: argv.slice(1) };
  }
  const script = argv.findIndex((word, i) => i > 0 && !word.startsWith('-'));
  return script < 0 ? { program, rest: [] } : { program: argv[script], rest: argv.slice(script + 1) };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export type Presence = 'foreground' | 'stopped' | 'background';

/** Whether an agent's process has the terminal, was stopped (Ctrl-Z), or runs behind another program. */
export function presenceOf(node: ProcessNode): Presence {
  if (node.stat.startsWith('T')) return 'stopped';
  return hasForeground(node) ? 'foreground' : 'background';
}

function hasForeground(node: ProcessNode): boolean {
  return node.stat.includes('+') || node.children.some(hasForeground);
}

/** Whether a command name is a shell's. */
export function isShell(command: string): boolean {
  return SHELLS.test(fileName(command));
}
