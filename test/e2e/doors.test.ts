import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { until } from '../helpers/until.ts';

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(() => room.close());

/** Another worker in place of the first, with this section `api`; gives its port. */
async function openNetwork(api: string): Promise<number> {
  await room.worker.end();
  room.home.writeConfig(`api: ${api}`);
  const { child } = room.start();
  expect(child.pid).toBeGreaterThan(0);
  await room.untilOpen();
  return until(() => Number(/"port":(\d+)/.exec(room.worker.output)?.[1]));
}

describe('the network door', () => {
  it('lets a token of the command line do what its scope allows, until it is revoked', async () => {
    const port = await openNetwork('{ port: 0 }');
    await room.spawn('ada');
    const { secret, id } = await room.client.call('token.create', { scope: 'message', agent: 'bob' });
    const call = (path: string, init: RequestInit = {}) =>
      ask(port, path, { ...init, headers: { ...init.headers, authorization: `Bearer ${secret}` } });
    expect((await call('/v1/agents/ada')).status).toBe(200);
    expect((await call('/v1/agents/ada', { method: 'DELETE' })).status).toBe(403);
    const sent = await call('/v1/agents/ada/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"hello"}',
    });
    expect(sent.body).toMatchObject({ from: { kind: 'agent', name: 'bob' } });
    await room.client.call('token.revoke', { id });
    expect((await call('/v1/agents/ada')).status).toBe(401);
    const audit = readFileSync(join(room.home.state, 'audit.jsonl'), 'utf8');
    const told = audit
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ operation, token, result }) => [operation, token, result]);
    expect(told).toEqual([
      ['agent.spawn', null, 'ok'],
      ['token.create', null, 'ok'],
      ['agent.stop', id, 'FORBIDDEN'],
      ['message.send', id, 'ok'],
      ['token.revoke', null, 'ok'],
    ]);
    expect(audit).not.toContain('hello');
  });

  it('ends the worker with 78 where others could reach it and something is missing', async () => {
    await room.worker.end();
    room.home.writeConfig('api: { port: 0, host: 0.0.0.0 }');
    expect(await room.start().exit).toBe(78);
    expect(room.worker.errors).toContain('--allow-remote');
  });
});

it('a control socket that cannot be made ends the worker with 78', async () => {
  await room.worker.end();
  writeFileSync(join(room.home.runtime, 'control.sock'), 'mine');
  expect(await room.start().exit).toBe(78);
  expect(room.worker.errors).toContain('control.sock');
});

async function ask(port: number, path: string, init: RequestInit) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: answer.status, body: await answer.json() };
}
