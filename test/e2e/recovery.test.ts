import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { isRunning } from '../helpers/is-running.ts';
import { until } from '../helpers/until.ts';

const STAND_IN = join(import.meta.dirname, '../../dist/stand-in/main.js');

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(() => room.close());

/** Has an agent do something by its own command. */
async function type(name: string, text: string): Promise<void> {
  await room.tmux.run('send-keys', '-t', room.home.agent(name).pane ?? '', '-l', text);
  await room.tmux.run('send-keys', '-t', room.home.agent(name).pane ?? '', 'Enter');
}

function untilReplaced(name: string, pid: number): Promise<unknown> {
  return until(() => room.home.agent(name).state === 'idle' && ![0, pid].includes(room.pidOf(name)), {
    timeoutMs: 15_000,
  });
}

const eventsOf = (type: string) => room.home.events().filter((event) => event.type === type);

const noticeKinds = async () =>
  (await room.client.call('notice.list', { all: true })).notices.map(({ kind }) => kind);

describe('an agent that dies', () => {
  it('is started again in its pane, later each time, and its end is kept', async () => {
    await room.spawn('ada');
    const { pane } = room.home.agent('ada');
    for (let i = 0; i < 3; i++) {
      const pid = room.pidOf('ada');
      process.kill(pid, 'SIGKILL');
      await untilReplaced('ada', pid);
    }
    const planned = eventsOf('agent.restart-planned');
    const delays = planned.map((event) => ('delayMs' in event ? event.delayMs : 0));
    const jitter = (ms: number) => [expect.toSatisfy((delayMs) => delayMs > 0.79 * ms && delayMs <= ms)];
    expect(delays).toEqual([1_000, 2_000, 4_000].flatMap(jitter));
    const waits = eventsOf('agent.started')
      .slice(1)
      .map(({ at }, i) => Date.parse(at) - Date.parse(planned[i]?.at ?? ''));
    for (const [i, ms] of waits.entries()) expect(ms).toBeGreaterThanOrEqual((delays[i] ?? 0) - 5);
    expect(room.home.agent('ada').pane).toBe(pane);
    const { evidence } = await room.client.call('agent.evidence', { name: 'ada' });
    expect(evidence.map((one) => one.ending)).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'signal', signal: 9 })),
    );
    expect(evidence[0]?.screen).toContain('/help for commands');
    expect(await noticeKinds()).toEqual(expect.arrayContaining(['crashed', 'restarted']));
  });

  it('is held after five restarts within ten minutes, also over a restart of the worker, until a person resumes it', async () => {
    room.home.writeConfig('restart: { delayMs: 100, delayMaxMs: 150 }');
    await room.worker.end('SIGTERM');
    room.start();
    await room.untilOpen();
    await room.spawn('ada');
    for (let i = 0; i < 6; i++) {
      const pid = room.pidOf('ada');
      process.kill(pid, 'SIGKILL');
      if (i < 5) await untilReplaced('ada', pid);
      if (i === 3) {
        await room.worker.end('SIGKILL');
        room.start();
        await room.untilOpen();
      }
    }
    await until(() => room.home.agent('ada').held?.code === 'crash-loop');
    await room.worker.end('SIGTERM');
    room.start();
    await room.untilOpen();
    expect(room.home.agent('ada')).toMatchObject({ held: { code: 'crash-loop' }, state: 'dead' });
    expect(eventsOf('agent.restart-planned')).toHaveLength(5);
    await room.client.call('agent.resume', { name: 'ada' });
    await room.home.untilState('ada', 'idle');
    expect(room.home.agent('ada').held).toBeNull();
  });

  it('waits for its turn where many do, and that counts as no further end', async () => {
    room.home.writeConfig('agents: { startingMax: 1 }');
    await room.worker.end('SIGTERM');
    room.start();
    await room.untilOpen();
    const names = ['ada', 'bea'];
    for (const name of names) await room.spawn(name, { args: ['--startup-ms', '2000'] });
    const pids = names.map((name) => room.pidOf(name));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await Promise.all(names.map((name, i) => untilReplaced(name, pids[i] ?? 0)));
    expect(eventsOf('agent.restart-planned')).toHaveLength(names.length);
    expect(names.map((name) => room.home.agent(name).held)).toEqual(names.map(() => null));
  });

  it('is held at once where it cannot be started', async () => {
    await room.spawn('ada');
    await type('ada', '/crash 127');
    await until(() => room.home.agent('ada').held?.code === 'not-startable');
  });

  it('is left in peace when it left by its own command', async () => {
    await room.spawn('ada');
    await type('ada', '/exit');
    await until(() => room.home.agent('ada').held?.code === 'left');
    expect(eventsOf('agent.restart-planned')).toEqual([]);
    expect(room.home.agent('ada').state).toBe('dead');
    expect(await noticeKinds()).toEqual(['held']);
  });

  it('is held where its CLI cannot log in', async () => {
    await room.spawn('ada');
    await type('ada', '/error API Error: 401 invalid api key');
    await until(() => room.home.agent('ada').held?.code === 'authentication');
    expect(isRunning(room.pidOf('ada'))).toBe(true);
  });

  it('stays as it is while it is paused, and comes back when it is resumed', async () => {
    await room.spawn('ada');
    await room.client.call('agent.pause', { name: 'ada' });
    const pid = room.pidOf('ada');
    process.kill(pid, 'SIGKILL');
    await room.home.untilState('ada', 'dead');
    expect(room.home.agent('ada').restartAt).toBeNull();
    await room.client.call('agent.resume', { name: 'ada' });
    await untilReplaced('ada', pid);
  });

  it('comes back in a new pane of its session when its pane was closed', async () => {
    await room.spawn('ada', { session: 'crew' });
    const { pane } = room.home.agent('ada');
    const pid = room.pidOf('ada');
    await room.tmux.run('kill-pane', '-t', pane ?? '');
    await untilReplaced('ada', pid);
    expect(room.home.agent('ada').place.session).toBe('crew');
    expect(room.home.agent('ada').pane).not.toBe(pane);
  });

  it('comes back where it ran behind a shell that somebody handed over', async () => {
    await room.tmux.run('new-window', '-d', '-n', 'shell', 'bash', '--norc');
    await room.tmux.run('send-keys', '-t', ':shell', `${process.execPath} ${STAND_IN}`, 'Enter');
    const pane = await room.tmux.run('display-message', '-p', '-t', ':shell', '#{pane_id}');
    const observed = `stand-in-${pane.slice(1)}`;
    await room.home.untilState(observed, 'idle');
    await room.client.call('agent.adopt', { pane, name: 'ada' });
    const pid = room.pidOf('ada');
    process.kill(pid, 'SIGKILL');
    await untilReplaced('ada', pid);
    expect(room.home.agent('ada').pane).toBe(pane);
  });

  it('is not started a second time while a copy of it works on without a pane', async () => {
    await room.spawn('ada', { args: ['--name', 'ada'] });
    const pid = room.pidOf('ada');
    // Stopped, it does not even notice that its terminal goes.
    process.kill(pid, 'SIGSTOP');
    await room.tmux.run('kill-pane', '-t', room.home.agent('ada').pane ?? '');
    await untilReplaced('ada', pid);
    expect(isRunning(pid)).toBe(false);
  });
});

describe('a tmux server that dies', () => {
  it('is one event, and its agents come back in their sessions, windows and directories', async () => {
    for (const name of ['ada', 'bob', 'eve'])
      await room.spawn(name, { session: name === 'eve' ? 'night' : 'day' });
    const pids = ['ada', 'bob', 'eve'].map((name) => room.pidOf(name));
    await room.tmux.run('kill-server');
    await Promise.all(['ada', 'bob', 'eve'].map((name, i) => untilReplaced(name, pids[i] ?? 0)));
    expect(eventsOf('server.lost')).toHaveLength(1);
    expect(eventsOf('agent.ended')).toEqual([]);
    expect(['ada', 'bob', 'eve'].map((name) => room.home.agent(name).place.session)).toEqual([
      'day',
      'day',
      'night',
    ]);
    for (const pid of pids) expect(isRunning(pid)).toBe(false);
    for (const name of ['ada', 'bob', 'eve']) {
      const { evidence } = await room.client.call('agent.evidence', { name });
      expect(evidence.map((one) => one.ending.kind)).toEqual(['server']);
    }
  });

  it('is mended after the worker was killed too', async () => {
    await room.spawn('ada');
    const pid = room.pidOf('ada');
    await room.worker.end('SIGKILL');
    await room.tmux.run('kill-server');
    room.start();
    await room.untilOpen();
    await untilReplaced('ada', pid);
  });
});

describe('a worker that is killed', () => {
  it('leaves its agents running and knows them again', async () => {
    await room.spawn('ada', { brief: 'Begin.' });
    const pid = room.pidOf('ada');
    await room.worker.end('SIGKILL');
    room.start();
    await room.untilOpen();
    expect(room.pidOf('ada')).toBe(pid);
    expect(room.home.agent('ada').management).toBe('managed');
    expect(eventsOf('agent.started')).toHaveLength(1);
  });

  it('in the middle of a start does not leave two of an agent', async () => {
    const { client, home } = room;
    const starts = Array.from({ length: 6 }, (_, i) =>
      client
        .call('agent.spawn', { name: `a${i}`, profile: 'stand-in', directory: home.path })
        .catch(() => undefined),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await until(() => home.events().some((event) => event.type === 'agent.found'));
    await room.worker.end('SIGKILL');
    await Promise.all(starts);
    room.start();
    await room.untilOpen();
    await until(async () =>
      (await client.call('agent.list', {})).agents.every((agent) => agent.state === 'idle'),
    );
    const { agents } = await client.call('agent.list', {});
    const listed = await room.tmux.run('list-panes', '-a', '-F', '#{@tmux_orchestrator_agent} #{pane_pid}');
    for (const agent of agents) {
      expect(listed.split('\n').filter((line) => line.startsWith(`${agent.name} `))).toEqual([
        `${agent.name} ${agent.process?.pid}`,
      ]);
    }
  });
});

it('types into, restarts and ends nothing that it did not start or adopt', async () => {
  const log = join(room.home.path, 'decoy.log');
  writeFileSync(log, '');
  const words = [process.execPath, STAND_IN, '--log', log];
  const decoy = await room.tmux.run(
    'new-session',
    '-d',
    '-P',
    '-F',
    '#{pane_id} #{pane_pid}',
    '-s',
    'agents',
    '-n',
    'ada',
    ...words,
  );
  const shell = await room.tmux.run(
    'new-session',
    '-d',
    '-P',
    '-F',
    '#{pane_id} #{pane_pid}',
    '-s',
    'work',
    'bash',
    '--norc',
  );
  const [pane = ''] = decoy.split(' ');
  await room.home.untilState(`stand-in-${pane.slice(1)}`, 'idle');
  await room.spawn('eve');
  const observed = `stand-in-${pane.slice(1)}`;
  const attempts = [
    room.client.call('agent.stop', { name: observed, force: true }),
    room.client.call('agent.restart', { name: observed }),
    room.client.call('agent.interrupt', { name: observed }),
    room.client.call('agent.rename', { name: observed, to: 'x' }),
    room.client.call('message.send', { to: observed, text: 'x' }),
    room.client.call('agent.spawn', { name: 'ada', profile: 'stand-in', directory: room.home.path }),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ name: 'OrchestratorError' });
  await room.client.call('message.broadcast', { all: true, text: 'to all' });
  const before = room.pidOf('eve');
  await room.client.call('agent.restart', { name: 'eve' });
  await untilReplaced('eve', before);
  process.kill(room.pidOf('eve'), 'SIGKILL');
  await until(() => eventsOf('agent.started').length === 3);
  await room.client.call('agent.stop', { name: 'eve', force: true });
  const there = await room.tmux.run('list-panes', '-a', '-F', '#{pane_id} #{pane_pid}');
  expect(there.split('\n')).toEqual(expect.arrayContaining([decoy, shell]));
  const screen = await room.tmux.run('capture-pane', '-p', '-t', pane);
  expect(screen).not.toContain('to all');
});
