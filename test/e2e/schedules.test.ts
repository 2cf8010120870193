import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI } from '../helpers/cli-room.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(() => room.close());

const messages = async () => (await room.client.call('message.list', { limit: 1_000 })).messages;
const lastOf = async (name: string) => (await room.client.call('schedule.get', { name })).last;

describe('a schedule', () => {
  it('is in the mailbox at its time, not before, and read by its agent', async () => {
    await room.spawn('ada');
    const { next } = await room.client.call('schedule.add', {
      ...{ name: 'soon', in: '1s', agent: 'ada', text: 'Count to three.' },
    });
    const message = await until(async () =>
      (await messages()).find(({ text }) => text === 'Count to three.'),
    );
    expect(Date.parse(message.acceptedAt)).toBeGreaterThanOrEqual(Date.parse(next ?? ''));
    await room.client.call('message.wait', { id: message.id, until: 'answered', timeoutMs: PATIENCE_MS });
    expect(await room.client.call('agent.read', { name: 'ada' })).toMatchObject({
      screen: expect.stringMatching(/\[from schedule\.soon · \w{10}\]\s+Count to three\./),
    });
    expect(await lastOf('soon')).toMatchObject({ outcome: 'fired', messages: [message.id] });
  });

  it('whose gate says so wakes nobody; one that fails is told of with what to do', async () => {
    await room.spawn('ada');
    const run = async (name: string, command: string[]) => {
      const gate = { command, directory: room.home.path };
      await room.client.call('schedule.add', { name, every: '1h', agent: 'ada', text: 'x', gate });
      return (await room.client.call('schedule.run', { name })).outcome;
    };
    expect(await run('yes', ['true'])).toBe('fired');
    expect(await run('no', ['false'])).toBe('skipped');
    expect(await run('broken', ['./nothing-here'])).toBe('failed');
    expect(await messages()).toHaveLength(1);
    const { notices } = await room.client.call('notice.list', {});
    expect(notices).toMatchObject([
      { kind: 'schedule-failed', text: 'schedule broken for agent ada failed', todo: expect.any(String) },
    ]);
  });

  it('leaves a run out while its message before waits for an agent that works', async () => {
    await room.spawn('ada');
    await room.client.call('agent.pause', { name: 'ada' });
    await room.client.call('schedule.add', { name: 'watch', every: '1h', agent: 'ada' });
    expect(await room.client.call('schedule.run', { name: 'watch' })).toMatchObject({ outcome: 'fired' });
    expect(await room.client.call('schedule.run', { name: 'watch' })).toMatchObject({ outcome: 'skipped' });
    await room.client.call('agent.resume', { name: 'ada' });
    const [message] = await messages();
    await room.client.call('message.wait', {
      id: message?.id ?? '',
      until: 'submitted',
      timeoutMs: PATIENCE_MS,
    });
    expect(await room.client.call('schedule.run', { name: 'watch' })).toMatchObject({ outcome: 'fired' });
  });

  it('runs once whenever the worker is killed', async () => {
    await room.spawn('ada');
    await room.client.call('agent.pause', { name: 'ada' });
    const names: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 25; i++) {
        const name = `r${round}-${i}`;
        names.push(name);
        const at = new Date(Date.now() + 1_500 - i * 4).toISOString();
        await room.client.call('schedule.add', { name, at, agent: 'ada', text: name });
      }
      await until(async () => (await messages()).length > round * 25);
      await room.worker.end('SIGKILL');
      expect(readdirSync(join(room.home.state, 'schedules')).length).toBe(names.length);
      room.start();
      await room.untilOpen();
    }
    await until(async () => (await messages()).length === names.length);
    await until(async () => (await room.client.call('schedule.next', {})).runs.length === 0);
    expect((await messages()).map(({ text }) => text).sort()).toEqual([...names].sort());
    for (const name of names) expect(await lastOf(name)).toMatchObject({ outcome: 'fired' });
  });
});

it('an agent has itself woken over MCP, so often as it may, and cancels that', async () => {
  await room.worker.end();
  room.home.writeConfig('schedules: { perAgentMax: 2 }');
  room.start();
  await room.untilOpen();
  await room.spawn('ada');
  const { secret } = await room.client.call('token.create', { scope: 'message', agent: 'ada' });
  const file = join(room.home.path, 'token');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const client = new Client({ name: 'test', version: '1' });
  const args = [CLI, 'mcp', '--token-file', file];
  const env = { ...room.home.env } as Record<string, string>;
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  const call = async (name: string, given: Record<string, unknown>) => {
    const { isError, structuredContent, content } = await client.callTool({ name, arguments: given });
    return isError ? JSON.stringify(content) : structuredContent;
  };
  await call('schedule_check_in', { name: 'later', every: '30m' });
  expect(await call('schedule_check_in', { in: '1s', text: 'Wake up.' })).toMatchObject({
    target: { kind: 'agent', name: 'ada' },
  });
  expect(await call('schedule_check_in', { in: '5m' })).toContain('ada has 2 check-ins to come already');
  await until(async () => (await messages()).some(({ text }) => text === 'Wake up.'));
  expect(await call('cancel_check_in', { name: 'later' })).toMatchObject({ name: 'later' });
  await room.client.call('schedule.add', { name: 'of-user', every: '1h', agent: 'ada' });
  expect(await call('cancel_check_in', { name: 'of-user' })).toContain('schedule of-user is not one of ada');
  await client.close();
});
