import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { isRunning } from '../helpers/is-running.ts';
import { until } from '../helpers/until.ts';

const STAND_IN = join(import.meta.dirname, '../../dist/stand-in/main.js');

let room: ControlRoom;
let others: ChildProcess[] = [];

beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(async () => {
  for (const one of others) one.kill('SIGKILL');
  others = [];
  await room.close();
});

function paneOf(name: string): string {
  return room.home.agent(name).pane ?? '';
}

/** A copy of the CLI as the process table shows it, that needs no terminal. */
function writeCopy(): string {
  const path = join(room.home.path, 'stand-in/main.js');
  mkdirSync(join(room.home.path, 'stand-in'));
  writeFileSync(path, 'setInterval(() => {}, 1000);');
  return path;
}

/** A process outside of all panes that says of itself whose it is. */
async function startOutside(words: readonly string[], agent: string, socket: string): Promise<number> {
  const env = { PATH: process.env.PATH, TMUX_ORCHESTRATOR_AGENT: agent, TMUX: `${socket},1,0` };
  const child = spawn(words[0] ?? '', words.slice(1), { env, stdio: ['pipe', 'ignore', 'ignore'] });
  others.push(child);
  await until(() => child.pid !== undefined && isRunning(child.pid));
  return child.pid ?? 0;
}

describe('an agent whose name was taken off its pane', () => {
  it('is not stopped, restarted or interrupted any more', async () => {
    await room.spawn('ada');
    const pid = room.pidOf('ada');
    await room.tmux.run('set-option', '-p', '-u', '-t', paneOf('ada'), '@tmux_orchestrator_agent');
    const refused = { code: 'REFUSED', message: expect.stringContaining('does not carry the name') };
    await expect(room.client.call('agent.stop', { name: 'ada' })).rejects.toMatchObject(refused);
    await expect(room.client.call('agent.stop', { name: 'ada', force: true })).rejects.toMatchObject(refused);
    await expect(room.client.call('agent.interrupt', { name: 'ada' })).rejects.toMatchObject(refused);
    await expect(room.client.call('agent.rename', { name: 'ada', to: 'eve' })).rejects.toMatchObject(refused);
    await expect(room.client.call('agent.restart', { name: 'ada' })).rejects.toMatchObject(refused);
    expect(isRunning(pid)).toBe(true);
    expect(room.pidOf('ada')).toBe(pid);
    expect(room.home.agentNames()).toEqual(['ada']);
  });

  it('is looked after again once the name is back', async () => {
    await room.spawn('ada');
    const pane = paneOf('ada');
    await room.tmux.run('set-option', '-p', '-u', '-t', pane, '@tmux_orchestrator_agent');
    await expect(room.client.call('agent.stop', { name: 'ada' })).rejects.toMatchObject({ code: 'REFUSED' });
    await room.tmux.run('set-option', '-p', '-t', pane, '@tmux_orchestrator_agent', 'ada');
    await room.client.call('agent.stop', { name: 'ada' });
    expect(room.home.agentNames()).toEqual([]);
  });
});

describe('what is left of an earlier copy', () => {
  it('is ended before the next one is started, where it is the CLI itself', async () => {
    await room.spawn('ada');
    const copy = await startOutside([process.execPath, writeCopy()], 'ada', room.tmux.socketPath);
    expect(isRunning(copy)).toBe(true);
    await room.client.call('agent.restart', { name: 'ada' });
    await until(() => !isRunning(copy));
    await room.home.untilState('ada', 'idle');
  });

  it('is left alone where it is something that the agent started, or belongs to others', async () => {
    await room.spawn('ada');
    const cli = writeCopy();
    const alone = await Promise.all([
      startOutside(['sleep', '1000'], 'ada', room.tmux.socketPath),
      startOutside([process.execPath, cli], 'bob', room.tmux.socketPath),
      startOutside([process.execPath, cli], 'ada', `${room.tmux.socketPath}-of-others`),
    ]);
    await room.client.call('agent.restart', { name: 'ada' });
    await room.client.call('agent.stop', { name: 'ada' });
    expect(alone.filter(isRunning)).toEqual(alone);
  });
});

describe('two commands at once', () => {
  it('adopt a pane once', async () => {
    const pane = await room.tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id}',
      process.execPath,
      STAND_IN,
    );
    await room.home.untilState(`stand-in-${pane.slice(1)}`, 'idle');
    const names = ['a', 'b', 'c', 'd'];
    const all = await Promise.allSettled(
      names.map((name) => room.client.call('agent.adopt', { pane, name })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(room.home.agentNames()).toHaveLength(1);
  });

  it('stop and restart one after the other, and never leave two of an agent', async () => {
    await room.spawn('ada');
    const calls = [
      room.client.call('agent.restart', { name: 'ada' }),
      room.client.call('agent.restart', { name: 'ada' }),
      room.client.call('agent.stop', { name: 'ada', force: true }),
      room.client.call('agent.restart', { name: 'ada' }),
      room.client.call('agent.rename', { name: 'ada', to: 'eve' }),
    ];
    const ends = (await Promise.allSettled(calls)).map(({ status }) => status);
    expect(ends).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(room.home.agentNames()).toEqual([]);
    const panes = await room.tmux.run('list-panes', '-a', '-F', '#{pane_start_command}');
    expect(panes).not.toContain('stand-in');
  });
});
