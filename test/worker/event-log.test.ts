import pino from 'pino';
import { expect, it } from 'vitest';
import { withPriority } from '../../src/host/log.ts';
import type { Event } from '../../src/model/event.ts';
import { AGENT_STATES, needsPerson } from '../../src/model/state.ts';
import { logEvent } from '../../src/worker/event-log.ts';

const HEAD = { v: 1, at: '2026-11-22T10:00:00.000Z' } as const;
const AGENT = { ...HEAD, agent: 'pi-1', profile: 'pi', pane: '%1' } as const;

/** The priority of syslog(3) that an event has in the journal: 4 is a warning, 6 information. */
function priorityOf(event: Event): number {
  let priority = Number.NaN;
  const write = (line: string) => {
    priority = Number(/^<(\d)>/.exec(withPriority(line))?.[1]);
  };
  logEvent(pino({}, { write }), event);
  return priority;
}

const changed = (to: (typeof AGENT_STATES)[number]): Event => ({
  ...AGENT,
  ...{ type: 'agent.state', from: 'busy', to, evidence: [], reset: null },
});

it.each(AGENT_STATES)('an agent that becomes %s is a warning just when it needs a person', (state) => {
  expect(priorityOf(changed(state))).toBe(needsPerson(state) ? 4 : 6);
});

it('approvals and questions are warnings; limits, which end by themselves, are not', () => {
  expect(
    ['approval', 'question', 'limited', 'unknown'].map((to) => priorityOf(changed(to as 'idle'))),
  ).toEqual([4, 4, 6, 6]);
});

it.each<[string, number, Event]>([
  ['an agent that cannot be looked at', 4, { ...AGENT, type: 'agent.watch-failed', reason: 'x' }],
  ['a server that does not answer', 4, { ...HEAD, type: 'server.stalled' }],
  ['a server that went with agents on it', 4, { ...HEAD, type: 'server.lost', reason: 'x', agents: 2 }],
  ['a server that went empty', 6, { ...HEAD, type: 'server.lost', reason: 'x', agents: 0 }],
  ['a configuration that was refused', 4, { ...HEAD, type: 'config.reloaded', ok: false, reason: 'x' }],
  ['a configuration that was taken', 6, { ...HEAD, type: 'config.reloaded', ok: true, reason: null }],
  ['an agent that was found', 6, { ...AGENT, type: 'agent.found' }],
  ['an agent whose pane was closed', 6, { ...AGENT, type: 'agent.gone', last: 'idle' }],
  ['a worker that starts', 6, { ...HEAD, type: 'worker.started', pid: 1, version: '1' }],
  ['a worker that was stopped', 6, { ...HEAD, type: 'worker.stopped', reason: 'SIGTERM' }],
  ['a connection', 6, { ...HEAD, type: 'server.connected', pid: 1, version: '3.5' }],
])('%s has priority %i', (_, priority, event) => {
  expect(priorityOf(event)).toBe(priority);
});
