import { padTo } from '../base/columns.ts';
import { cleanLine } from '../base/text.ts';
import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import { describeDuties, describeReset, noteOf } from './agent-note.ts';
import type { Context } from './context.ts';
import { findAgent, readView, requireWorker } from './state-view.ts';
import { placeOf, shortenHome } from './status-table.ts';

/** Prints all that the agent's state file says. */
export function showAgent({ output, directories, home }: Context, name: string): void {
  const now = Date.now();
  const { agents, liveness } = readView(directories.runtime, now);
  const agent = findAgent(agents, name);
  output.print(agent, () => [...layFacts(describe(agent, now, home)), ...layDialog(agent)]);
  requireWorker(liveness, now);
}

type Fact = readonly [name: string, value: string];

function describe(agent: Agent, now: number, home: string): Fact[] {
  const { process, worker } = agent;
  const unknown = 'not known';
  return [
    ['name', agent.name],
    ['profile', `${agent.profile} ${agent.cliVersion ?? ''}`],
    ['management', describeDuties(agent, now) || agent.management],
    ...describeHold(agent, now),
    ['state', `${agent.state} since ${describeInstant(agent.since, now)}`],
    ['note', noteOf(agent, now)],
    ['reset', agent.reset === null ? '' : describeLimit(agent.reset, now)],
    ...agent.evidence.map(
      (one, i): Fact => [i === 0 ? 'evidence' : 'overruled', `${one.kind} ${one.rule}: ${one.state}`],
    ),
    ['pane', describePane(agent)],
    ['directory', shortenHome(cleanLine(agent.place.directory, 1_000), home)],
    ['title', agent.title],
    ['process', process === null ? unknown : `pid ${process.pid}, first of the pane ${agent.panePid}`],
    ['conversation', agent.cliSession ?? unknown],
    ['found', describeInstant(agent.foundAt, now)],
    ['last look', agent.failure === null ? 'succeeded' : `failed: ${agent.failure}`],
    ['tmux server', describeServer(agent, now)],
    ['written by', `worker pid ${worker.pid}, started ${describeInstant(worker.startedAt, now)}`],
  ];
}

/** Why it is not brought back, and what to do about it. */
function describeHold({ name, held }: Agent, now: number): Fact[] {
  if (held === null) return [];
  return [
    ['held', `${held.reason} (${held.code}), since ${describeInstant(held.since, now)}`],
    ['', `see why with: tmux-orchestrator agent evidence ${name}`],
    ['', `bring it back with: tmux-orchestrator agent resume ${name}`],
  ];
}

function describePane({ pane, place, ...agent }: Agent): string {
  if (pane === null) return `none; it lives in session ${cleanLine(place.session, 60)}`;
  return `${pane} at ${placeOf({ pane, place, ...agent })} (window ${cleanLine(place.window, 60)})`;
}

function describeServer({ server }: Agent, now: number): string {
  return server === null
    ? 'none'
    : `pid ${server.pid}, started ${describeInstant(server.startTime * 1_000, now)}`;
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

/** The dialog on its screen, and how it is answered. */
function layDialog({ name, dialog, management }: Agent): string[] {
  if (dialog === null) return [];
  const { id, kind, text, options, approve, deny } = dialog;
  const meaning = (number: number) => (number === approve ? ' [approve]' : number === deny ? ' [deny]' : '');
  return [
    '',
    `dialog ${cleanLine(id, 20)} (${kind})`,
    ...text.split('\n').map((row) => `  | ${cleanLine(row, 200)}`),
    ...options.map(
      ({ number, label, selected }) =>
        `  ${selected ? '>' : ' '} ${number}. ${cleanLine(label, 200)}${meaning(number)}`,
    ),
    management === 'managed'
      ? `answer it with: tmux-orchestrator agent answer ${name} --dialog ${cleanLine(id, 20)} --option NUMBER`
      : `answer it by hand: tmux-orchestrator agent attach ${name}`,
  ];
}

/** Names and values in two columns; what is empty is left out. */
function layFacts(facts: readonly Fact[]): string[] {
  const shown = facts
    .map(([name, value]) => [name, cleanLine(value, 1_000)] as const)
    .filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${padTo(name, width)}  ${value}`);
}
