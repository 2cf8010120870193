import { type Command, InvalidArgumentError } from 'commander';
import { cutEnd, padTo, widthOf } from '../../base/columns.ts';
import { findNearMiss } from '../../base/near-miss.ts';
import { cleanLine } from '../../base/text.ts';
import { formatDuration } from '../../base/time-text.ts';
import type { Agent } from '../../model/agent.ts';
import { AGENT_STATES, type AgentState } from '../../model/state.ts';
import { describeDuties, needsYou } from '../agent-note.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { readView, requireWorker } from '../state-view.ts';
import { placeOf, shortenHome } from '../status-table.ts';

/** Which agents a command is about. */
interface Filter {
  state?: AgentState[];
  profile?: string;
  needsPerson?: true;
  managed?: true;
  role?: string;
  team?: string;
}

export function addAgentListCommand(agent: Command): void {
  const command = agent
    .command('list')
    .description('list agents, one a line: name, state, age of the state, place, directory, management')
    .option('--state <states>', 'only in one of these states, separated by commas', parseStates)
    .option('--profile <name>', 'only of this CLI, for example claude')
    .option('--needs-person', 'only those that wait for a person')
    .option('--managed', 'only managed ones')
    .option('--role <name>', 'only those with this role')
    .option('--team <name>', 'only members of this team')
    .action((filter: Filter) => {
      const { output, directories, home } = openContext(command);
      const now = Date.now();
      const view = readView(directories.runtime, now);
      const agents = view.agents.filter((one) => passes(one, filter));
      output.print({ agents }, () => layAgents(agents, now, home));
      requireWorker(view.liveness, now);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent list',
      'tmux-orchestrator agent list --state idle,draft --profile claude',
      'tmux-orchestrator agent list --needs-person --json',
    ],
    exits: [3, 78],
  });
}

/** Reads `idle,busy`. */
export function parseStates(text: string): AgentState[] {
  return text.split(',').map((word) => {
    const state = AGENT_STATES.find((one) => one === word.trim());
    if (state !== undefined) return state;
    const near = findNearMiss(word, AGENT_STATES);
    const hint = near === undefined ? `Choose from: ${AGENT_STATES.join(', ')}.` : `Did you mean ${near}?`;
    throw new InvalidArgumentError(`No state is called ${JSON.stringify(cleanLine(word, 40))}. ${hint}`);
  });
}

function passes(agent: Agent, filter: Filter): boolean {
  if (filter.state !== undefined && !filter.state.includes(agent.state)) return false;
  if (filter.profile !== undefined && filter.profile !== agent.profile) return false;
  if (filter.managed && agent.management !== 'managed') return false;
  if (filter.role !== undefined && filter.role !== agent.role) return false;
  if (filter.team !== undefined && filter.team !== agent.team) return false;
  return filter.needsPerson === undefined || needsYou(agent);
}

function layAgents(agents: readonly Agent[], now: number, home: string): string[] {
  const rows = agents.map((agent) => [
    cutEnd(cleanLine(agent.name, 64), 64),
    cleanLine(agent.state, 12),
    formatDuration(now - Date.parse(agent.since)),
    placeOf(agent),
    shortenHome(cleanLine(agent.place.directory, 1_000), home),
    describeDuties(agent, now),
  ]);
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((row) => widthOf(row[i] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => padTo(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
