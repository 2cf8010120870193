import { cleanLine } from '../base/text.ts';
import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import { type AgentState, needsPerson } from '../model/state.ts';

const NOTES: Readonly<Partial<Record<AgentState, string>>> = {
  setup: 'waits at a start dialog',
  approval: 'asks leave to use a tool',
  question: 'asks you to choose',
  error: 'stopped with an error',
  retrying: 'tries again by itself',
  exited: 'the CLI has ended',
  suspended: 'stopped, for example by Ctrl-Z',
  stuck: 'busy, but nothing moves',
  draft: 'text stands in its prompt, not sent',
  unknown: 'screen is not understood',
};

/** Whether an agent waits for a person: one that is brought back by itself does not, one that is held does. */
export function needsYou({ state, held, restartAt }: Agent): boolean {
  if (held !== null) return true;
  return restartAt === null && needsPerson(state);
}

/** What else a person should know of an agent's state, in a few words. */
export function noteOf(agent: Agent, now: number): string {
  const parts = [describeManagement(agent, now), describeState(agent, now)];
  return parts.filter((part) => part !== '').join(' · ');
}

/** What a managed agent is there for, and what is done to it: `managed developer of web, paused`. Empty for an observed one. */
export function describeDuties(agent: Agent, now: number): string {
  if (agent.management === 'observed') return '';
  const team = agent.team === null ? '' : ` of ${cleanLine(agent.team, 64)}`;
  const role = agent.role === null ? '' : ` ${cleanLine(agent.role, 64)}`;
  const management = describeManagement(agent, now);
  return `managed${role}${team}${management === '' ? '' : `, ${management}`}`;
}

/** Hold, pause and the restart to come, each with the command that helps. */
function describeManagement({ name, held, paused, restartAt }: Agent, now: number): string {
  if (held !== null) return `held (${held.code}): agent resume ${cleanLine(name, 64)}`;
  const restart = restartAt === null ? '' : describeRestart(Date.parse(restartAt), now);
  return [paused ? 'paused' : '', restart].filter((part) => part !== '').join(' · ');
}

function describeRestart(at: number, now: number): string {
  return at > now ? `starts again in ${formatDuration(at - now)}` : 'starts again';
}

function describeState(agent: Agent, now: number): string {
  if (agent.failure !== null) return `last look failed: ${cleanLine(agent.failure, 120)}`;
  if (agent.state === 'limited') return describeLimit(agent, now);
  if (agent.state === 'dead') return describeDeath(agent);
  if (agent.pane === null && agent.state === 'exited') return 'it has no pane';
  return NOTES[agent.state] ?? '';
}

function describeLimit({ reset }: Agent, now: number): string {
  if (reset === null) return 'usage limit';
  return reset.at === null ? `until: ${cleanLine(reset.text, 60)}` : describeReset(Date.parse(reset.at), now);
}

/** `until 15:00 (2 h 10 min)`. */
export function describeReset(resetAt: number, now: number): string {
  const time = formatLocalTime(resetAt, now);
  return resetAt > now ? `until ${time} (${formatDuration(resetAt - now)})` : `limit ended at ${time}`;
}

/** The rule's name carries how: `pane-dead-status-1`, `pane-dead-signal-9`. */
function describeDeath({ evidence }: Agent): string {
  const how = /^pane-dead-(status|signal)-(\w+)$/.exec(evidence[0]?.rule ?? '');
  return how === null ? 'its pane is dead' : `its pane is dead (${how[1]} ${how[2]})`;
}
