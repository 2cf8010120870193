import { expect, it } from 'vitest';
import { AgentDescriptions } from '../../src/core/agent-descriptions.ts';
import { describeAgent, type WatchedAgent } from '../../src/core/watched-agent.ts';
import { firstFold } from '../../src/model/fold.ts';

const writer = { server: { pid: 1, startTime: 2 }, worker: { pid: 3, startedAt: '2026-01-01T00:00:00Z' } };
const management = { spec: undefined, restartAt: null };

function watched(): WatchedAgent {
  const place = { session: 's', window: 'w', directory: '/', tag: '' };
  const pane = {
    id: '%1',
    pid: 5,
    tty: '',
    sessionId: '$1',
    windowId: '@1',
    windowIndex: 0,
    paneIndex: 0,
    dead: false,
    activity: 0,
  };
  const agent = {
    ...{ name: 'ada', management: 'observed', profile: { name: 'claude' }, pane, place },
    ...{
      process: { pid: 7, startTime: '8', startedAt: undefined },
      nativeDirectory: null,
      native: null,
      fold: firstFold(1_000),
    },
    ...{
      last: null,
      title: 't',
      resetAt: null,
      foundAt: 1_000,
      failure: null,
      dialog: null,
      launchedAt: null,
    },
  };
  return agent as unknown as WatchedAgent;
}

/** Whatever may change of an agent, and of what is known beside it. */
const CHANGES: [name: string, change: (agent: WatchedAgent) => unknown][] = [
  ['its name', (agent) => Object.assign(agent, { name: 'eve' })],
  ['who looks after it', (agent) => Object.assign(agent, { management: 'managed' })],
  ['its profile', (agent) => Object.assign(agent, { profile: { name: 'codex' } })],
  ['its state', (agent) => Object.assign(agent, { fold: { ...agent.fold, state: 'idle', since: 2_000 } })],
  [
    'its limit',
    (agent) => Object.assign(agent, { fold: { ...agent.fold, resetText: '3pm' }, resetAt: 5_000 }),
  ],
  ['when its limit ends', (agent) => Object.assign(agent, { resetAt: 6_000 })],
  ['its pane', (agent) => Object.assign(agent, { pane: { ...agent.pane, id: '%2' } })],
  ['the process of its pane', (agent) => Object.assign(agent, { pane: { ...agent.pane, pid: 6 } })],
  ['its window', (agent) => Object.assign(agent, { pane: { ...agent.pane, windowIndex: 4 } })],
  ['its place in the window', (agent) => Object.assign(agent, { pane: { ...agent.pane, paneIndex: 4 } })],
  ['its directory', (agent) => Object.assign(agent, { place: { ...agent.place, directory: '/x' } })],
  ['its process', (agent) => Object.assign(agent, { process: null })],
  ['its title', (agent) => Object.assign(agent, { title: 'x' })],
  ['its conversation', (agent) => Object.assign(agent, { native: { version: '1', sessionId: '2' } })],
  ['when it was found', (agent) => Object.assign(agent, { foundAt: 9_000 })],
  ['why it could not be looked at', (agent) => Object.assign(agent, { failure: 'x' })],
];

it.each(CHANGES)('an agent is described anew when %s changes', (name, change) => {
  const descriptions = new AgentDescriptions();
  const agent = watched();
  const before = descriptions.of(agent, writer, management);
  expect(descriptions.of(agent, writer, management)).toBe(before);
  change(agent);
  const after = descriptions.of(agent, writer, management);
  expect(after).toEqual(describeAgent(agent, writer, management));
  if (!name.includes('limit')) expect(after).not.toEqual(before);
});

it('an agent is described anew for another server, another worker and when it is to be brought back', () => {
  const descriptions = new AgentDescriptions();
  const agent = watched();
  descriptions.of(agent, writer, management);
  const server = { ...writer, server: { pid: 9, startTime: 9 } };
  expect(descriptions.of(agent, server, management).server).toEqual({ pid: 9, startTime: 9 });
  const worker = { ...writer, worker: { pid: 9, startedAt: '2026-01-02T00:00:00Z' } };
  expect(descriptions.of(agent, worker, management).worker.pid).toBe(9);
  expect(descriptions.of(agent, worker, { spec: undefined, restartAt: 0 }).restartAt).toBe(
    '1970-01-01T00:00:00.000Z',
  );
});

it('nobody can change what another one was given', () => {
  const agent = watched();
  const described = new AgentDescriptions().of(agent, writer, management);
  expect(() => Object.assign(described, { state: 'idle' })).toThrow(TypeError);
});
