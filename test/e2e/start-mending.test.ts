import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentSpec } from '../../src/model/agent-spec.ts';
import { agentSpec } from '../helpers/agent-spec.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { isRunning } from '../helpers/is-running.ts';
import { until } from '../helpers/until.ts';

const STAND_IN = join(import.meta.dirname, '../../dist/stand-in/main.js');
const TAG = '@tmux_orchestrator_agent';

let room: ControlRoom;

/** The worker is killed; what it would have left between two of its steps is put there by hand; the next one starts. */
beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(() => room.close());

async function restartWorker(): Promise<void> {
  room.start();
  await room.untilOpen();
}

/** A pane as it is opened for an agent, before anything is started in it. */
function openHolder(agent: string, session = 'agents'): Promise<string> {
  const holder = ['env', `TMUX_ORCHESTRATOR_HOLDER=${agent}`, 'sleep', '1000000000'];
  return room.tmux.run(
    ...['new-session', '-d', '-P', '-F', '#{pane_id}', '-s', session, '-n', agent, '--', ...holder],
  );
}

async function listPanes(): Promise<string[]> {
  return (await room.tmux.run('list-panes', '-a', '-F', '#{pane_id}')).split('\n');
}

function readSpec(name: string): AgentSpec {
  return JSON.parse(readFileSync(join(room.home.state, 'agents', `${name}.json`), 'utf8'));
}

describe('a worker that was killed in the middle of a start', () => {
  it('after it had opened a pane: the next one starts the agent in that pane', async () => {
    await room.worker.end('SIGKILL');
    const pane = await openHolder('ada');
    const spec = { directory: room.home.path, startedAt: null, phase: 'starting' } as const;
    room.home.writeSpec(agentSpec({ name: 'ada', ...spec }));
    await restartWorker();
    await room.home.untilState('ada', 'idle');
    expect(room.home.agent('ada').pane).toBe(pane);
    expect(readSpec('ada')).toMatchObject({ phase: 'running', pane: { id: pane } });
    expect(await listPanes()).toHaveLength(2);
  });

  it('and then was told to forget the agent: the next one closes the pane', async () => {
    await room.worker.end('SIGKILL');
    const [orphan, tagged] = [await openHolder('ada'), await openHolder('bob', 'other')];
    await room.tmux.run('set-option', '-p', '-t', tagged, TAG, 'bob');
    await restartWorker();
    await until(async () => (await listPanes()).length === 1);
    expect(await listPanes()).not.toContain(orphan);
    expect(await listPanes()).not.toContain(tagged);
  });

  it('before it had opened a pane: the next one does', async () => {
    await room.worker.end('SIGKILL');
    const spec = { directory: room.home.path, startedAt: null, phase: 'starting' } as const;
    room.home.writeSpec(agentSpec({ name: 'ada', ...spec }));
    await restartWorker();
    await room.home.untilState('ada', 'idle');
  });

  it('after the CLI had come up: there is one of it afterwards, and the file says that it runs', async () => {
    await room.spawn('ada');
    const before = room.pidOf('ada');
    await room.worker.end('SIGKILL');
    room.home.writeSpec({ ...readSpec('ada'), phase: 'starting' });
    await restartWorker();
    await until(() => readSpec('ada').phase === 'running' && room.pidOf('ada') !== before);
    await room.home.untilState('ada', 'idle');
    expect(isRunning(before)).toBe(false);
  });
});

it('a worker that was killed in the middle of a stop: the next one ends the agent', async () => {
  await room.spawn('ada');
  const pid = room.pidOf('ada');
  await room.worker.end('SIGKILL');
  room.home.writeSpec({ ...readSpec('ada'), phase: 'stopping' });
  await restartWorker();
  await until(() => room.home.agentNames().length === 0);
  expect(isRunning(pid)).toBe(false);
  expect(await listPanes()).toHaveLength(1);
});

it('a worker that was killed in the middle of a renaming: the next one goes on with the same process', async () => {
  await room.spawn('ada');
  const pid = room.pidOf('ada');
  const { pane } = room.home.agent('ada');
  await room.worker.end('SIGKILL');
  await room.tmux.run('set-option', '-p', '-t', pane ?? '', TAG, 'eve');
  room.home.writeSpec({ ...readSpec('ada'), renamedFrom: 'eve' });
  await restartWorker();
  await until(
    () => room.home.agentNames().join() === 'ada' && room.home.agent('ada').management === 'managed',
  );
  expect(room.pidOf('ada')).toBe(pid);
  expect(await room.tmux.run('display-message', '-p', '-t', pane ?? '', `#{${TAG}}`)).toBe('ada');
});

it('a worker that was killed in the middle of an adoption: the agent stays an observed one', async () => {
  await room.worker.end('SIGKILL');
  const pane = await room.tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', process.execPath, STAND_IN);
  await room.tmux.run('set-option', '-p', '-t', pane, TAG, 'ada');
  await restartWorker();
  await room.home.untilState(`stand-in-${pane.slice(1)}`, 'idle');
  expect(room.home.agentNames()).toHaveLength(1);
});
