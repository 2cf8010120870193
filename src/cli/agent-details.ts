import { padTo } from '../base/columns.ts';
import { cleanLine } from '../base/text.ts';
import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import { describeReset, noteOf } from './agent-note.ts';
import type { Context } from './context.ts';
import { findAgent, readView, requireWorker } from './state-view.ts';
import { placeOf, shortenHome } from './status-table.ts';

/** Prints all that the agent's state file says. */
export function showAgent({ output, directories, home }: Context, name: string): void {
  const now = Date.now();
  const { agents, liveness } = readView(directories.runtime, now);
  const agent = findAgent(agents, name);
  output.print(agent, () => layFacts(describe(agent, now, home)));
  requireWorker(liveness, now);
}

function describe(agent: Agent, now: number, home: string): [name: string, value: string][] {
  const { place, process, server, worker } = agent;
  const unknown = 'not known';
  return [
    ['name', agent.name],
    ['profile', `${agent.profile} ${agent.cliVersion ?? ''}`],
    ['management', agent.management],
    ['state', `${agent.state} since ${describeInstant(agent.since, now)}`],
    ['note', noteOf(agent, now)],
    ['reset', agent.reset === null ? '' : describeLimit(agent.reset, now)],
    ...agent.evidence.map((one, i): [string, string] => [
      i === 0 ? 'evidence' : 'overruled',
      `${one.kind} ${one.rule}: ${one.state}`,
    ]),
    ['pane', `${agent.pane} at ${placeOf(agent)} (window ${cleanLine(place.window, 60)})`],
    ['directory', shortenHome(cleanLine(place.directory, 1_000), home)],
    ['title', agent.title],
    ['process', process === null ? unknown : `pid ${process.pid}, first of the pane ${agent.panePid}`],
    ['conversation', agent.cliSession ?? unknown],
    ['found', describeInstant(agent.foundAt, now)],
    ['last look', agent.failure === null ? 'succeeded' : `failed: ${agent.failure}`],
    ['tmux server', `pid ${server.pid}, started ${describeInstant(server.startTime * 1_000, now)}`],
    ['written by', `worker pid ${worker.pid}, started ${describeInstant(worker.startedAt, now)}`],
  ];
}

function describeInstant(instant: string | number, now: number): string {
  const at = typeof instant === 'number' ? instant : Date.parse(instant);
  return `${formatLocalTime(at, now)} (${formatDuration(now - at)} ago)`;
}

function describeLimit(reset: NonNullable<Agent['reset']>, now: number): string {
  const said = `"${cleanLine(reset.text, 120)}"`;
  return reset.at === null
    ? `${said}, which is no instant`
    : `${describeReset(Date.parse(reset.at), now)}, read from ${said}`;
}

/** Names and values in two columns; what is empty is left out. */
function layFacts(facts: readonly (readonly [name: string, value: string])[]): string[] {
  const shown = facts
    .map(([name, value]) => [name, cleanLine(value, 1_000)] as const)
    .filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${padTo(name, width)}  ${value}`);
}
