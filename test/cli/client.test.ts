import { renameSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import { type Client, openClient } from '../../src/cli/client.ts';
import { controlSocketPath } from '../../src/store/socket-file.ts';
import { type CliRoom, openCliRoom } from '../helpers/cli-room.ts';
import { type ControlDoor, openControlDoor } from '../helpers/control-door.ts';
import { until } from '../helpers/until.ts';

let room: CliRoom;
let client: Client;
beforeEach(() => {
  room = openCliRoom();
  const directories = { runtime: room.runtime, state: room.folder, config: room.config };
  client = openClient({ directories });
});
afterEach(() => room.close());

const list = () => client.call('agent.list', {});

describe('where a worker listens', () => {
  let door: ControlDoor;
  beforeEach(async () => {
    door = await openControlDoor(room.runtime);
  });
  afterEach(() => door.close());

  it('has operations done, whether inputs go by path, query or body', async () => {
    expect((await list()).agents.map(({ name }) => name)).toEqual(['claude-3']);
    await client.call('agent.adopt', { pane: '%3', name: 'ada', args: ['--model', 'x y'] });
    await client.call('agent.stop', { name: 'claude-3', force: true });
    await client.call('message.list', { to: 'claude-3', state: undefined });
    expect(door.house.calls.map(({ input }) => input)).toEqual([
      { pane: '%3', name: 'ada', role: undefined, args: ['--model', 'x y'] },
      { name: 'claude-3', force: true, timeoutMs: 10_000 },
      { to: 'claude-3', limit: 50 },
    ]);
  });

  it('says which process asks', async () => {
    door.processes.set(process.pid, 'codex-5');
    await client.call('message.send', { to: 'claude-3', text: 'hello' });
    expect(door.house.calls[0]?.by).toEqual({ kind: 'agent', name: 'codex-5' });
  });

  it('carries any text whole', async () => {
    const text = 'ünï \u{1f600} ; $(id) "quoted" \\ \t\n'.repeat(500);
    await client.call('message.send', { to: 'claude-3', text });
    expect(door.house.calls[0]?.input).toMatchObject({ text });
  });

  it('throws what the worker says was wrong, fit to be shown', async () => {
    door.house.failure = new OrchestratorError('CONFLICT', 'agent \u001b[31mada is there', {
      ...{ hint: 'choose another\u0007 name', field: 'members.2.name' },
    });
    await expect(client.call('agent.pause', { name: 'claude-3' })).rejects.toMatchObject({
      ...{ code: 'CONFLICT', exitCode: 5, message: 'agent [31mada is there' },
      ...{ hint: 'choose another name', field: 'members.2.name' },
    });
    await expect(client.call('agent.get', { name: 'NO!' })).rejects.toMatchObject({
      ...{ code: 'INVALID', exitCode: 2, field: 'name' },
    });
  });

  it('takes no name that would change the path', async () => {
    for (const name of ['', '.', '..', '\ud800']) {
      await expect(client.call('agent.get', { name })).rejects.toMatchObject({
        code: 'INVALID',
        field: 'name',
      });
    }
    await expect(client.call('agent.get', { name: '../trust?a=b#c' })).rejects.toMatchObject({
      code: 'INVALID',
    });
  });

  it('gives up a wait on request, and the worker knows', async () => {
    const controller = new AbortController();
    const input = { name: 'claude-3', states: ['busy' as const] };
    const waiting = client.call('agent.wait', input, { signal: controller.signal });
    const outcome = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => door.house.waits.open === 1);
    controller.abort();
    await outcome;
    await until(() => door.house.waits.aborted === 1);
  });

  it('gives up after its time', async () => {
    const input = { name: 'claude-3', states: ['busy' as const] };
    await expect(client.call('agent.wait', input, { timeoutMs: 50 })).rejects.toMatchObject({
      ...{ code: 'TIMED_OUT', exitCode: 7 },
    });
  });

  it('ends with 3 where the worker stops meanwhile', async () => {
    const waiting = client.call('agent.wait', { name: 'claude-3', states: ['busy'] });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'WORKER_DOWN', exitCode: 3 });
    await until(() => door.house.waits.open === 1);
    await door.socket.close();
    await outcome;
  });
});

describe('where none does', () => {
  it('ends with 3 and says how to start it', async () => {
    await expect(list()).rejects.toMatchObject({
      ...{ code: 'WORKER_DOWN', exitCode: 3 },
      hint: expect.stringContaining('tmux-orchestrator run'),
    });
  });

  it('tells a worker that does not listen from none', async () => {
    room.writeWorker();
    await expect(list()).rejects.toMatchObject({
      code: 'WORKER_DOWN',
      message: expect.stringContaining('the worker runs, but does not listen'),
    });
  });

  it('takes what a killed worker left for nobody', async () => {
    const path = controlSocketPath(room.runtime);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    renameSync(path, `${path}.kept`);
    await new Promise((resolve) => server.close(resolve));
    renameSync(`${path}.kept`, path);
    await expect(list()).rejects.toMatchObject({ code: 'WORKER_DOWN' });
  });
});

describe('where something else answers', () => {
  async function answerWith(listener: RequestListener, act: () => Promise<void>): Promise<void> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(controlSocketPath(room.runtime), resolve));
    await act();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  it.each([
    ['no JSON', 200, 'hello'],
    ['no object', 200, '[]'],
    ['no problem', 502, 'Bad Gateway'],
  ])('fails where it is %s', async (_, status, text) => {
    await answerWith(
      (_request, response) => response.writeHead(status).end(text),
      () => expect(list()).rejects.toMatchObject({ code: 'FAILED', exitCode: 1 }),
    );
  });

  it('fails with 1 for codes of a later version', async () => {
    await answerWith(
      (_request, response) => response.writeHead(409).end('{"code":"toString","detail":"new trouble"}'),
      () => expect(list()).rejects.toMatchObject({ code: 'FAILED', exitCode: 1, message: 'new trouble' }),
    );
  });

  it('says that the worker ended where it breaks off', async () => {
    await answerWith(
      (_request, response) =>
        response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.destroy()),
      () => expect(list()).rejects.toMatchObject({ code: 'WORKER_DOWN' }),
    );
    await answerWith(
      (request) => request.socket.destroy(),
      () => expect(list()).rejects.toMatchObject({ code: 'WORKER_DOWN' }),
    );
  });
});
