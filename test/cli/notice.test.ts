import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli-room.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { paintAgent, SCREENS } from '../helpers/painted-agent.ts';
import { until } from '../helpers/until.ts';

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open({
    config:
      'notices: { notifiers: [{ name: shout, kind: command, command: ["false"] }, { name: nod, kind: command, command: ["true"] }] }',
  });
});

afterEach(() => room.close());

const run = (...words: string[]) => runCli(room.home.env, words);

describe('a notice', () => {
  it('is listed with since when, how it was seen and what to do, until it is acknowledged', async () => {
    const agent = await paintAgent(room.tmux);
    agent.paint(SCREENS.approval);
    const { stdout } = await until(async () => {
      const listed = await run('notice', 'list');
      return listed.stdout === '' ? undefined : listed;
    });
    const [id] = /^[0-9a-f]{8}/.exec(stdout) ?? [''];
    expect(stdout).toMatch(
      /^\w{8} {2}approval {2}\d s ago {2}\S+ asks for leave.*\n +seen by: \w+: \S+\n +tmux-orchestrator agent answer \S+ --dialog \w{8} --approve\n$/,
    );
    expect((await run('notice', 'ack', '00000000')).code).toBe(4);
    expect((await run('notice', 'ack', id)).stdout).toBe('acknowledged 1\n');
    expect(await run('notice', 'list')).toMatchObject({ stdout: '', code: 0 });
    expect((await run('notice', 'list', '--all')).stdout).toContain('(acknowledged)');
    expect((await run('notice', 'ack', 'all')).stdout).toBe('acknowledged 0\n');
    agent.close();
  });
});

describe('a notifier', () => {
  it('is listed with what it sent, and tested with a clear word', async () => {
    expect((await run('notifier', 'list')).stdout).toMatch(
      /^shout +command +0 sent, 0 waiting, 0 lost\nnod /,
    );
    expect(await run('notifier', 'test', 'nod')).toMatchObject({
      stdout: 'nod took the test notice\n',
      code: 0,
    });
    const failed = await run('notifier', 'test', 'shout');
    expect([failed.code, failed.stderr]).toEqual([
      1,
      expect.stringContaining('command failed: Command failed with exit code 1'),
    ]);
    const missing = await run('notifier', 'test', 'nobody');
    expect([missing.code, missing.stderr]).toEqual([
      4,
      expect.stringContaining('no notifier is called "nobody"'),
    ]);
  });
});
