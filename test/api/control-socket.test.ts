import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openControlSocket } from '../../src/api/control-socket.ts';
import { OrchestratorError } from '../../src/base/errors.ts';
import { askRaw, type ControlDoor, exchangeRaw, openControlDoor, writeRaw } from '../helpers/control-door.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let door: ControlDoor;
beforeEach(async () => {
  door = await openControlDoor();
});
afterEach(() => door.close());

const post = (target: string, input: unknown) =>
  askRaw(door.path, { method: 'POST', target, body: JSON.stringify(input) });

describe('the control socket', () => {
  it('can be reached by its owner only', () => {
    expect(statSync(door.path).mode & 0o777).toBe(0o600);
  });

  it('takes the place of a socket that a killed worker left', async () => {
    const second = await openControlDoor(join(door.path, '..'));
    expect((await askRaw(second.path, {})).status).toBe(200);
    await second.close();
  });

  it('leaves alone what is no socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tmo-door-'));
    const path = join(folder, 'control.sock');
    writeFileSync(path, 'mine');
    const options = { ...door, path, findAgentOfProcess: () => undefined, onUnexpected: () => {} };
    await expect(openControlSocket(options)).rejects.toMatchObject({ code: 'DIRECTORY' });
    expect(existsSync(path)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('says why a path too long for a socket cannot be used', async () => {
    const path = join(tmpdir(), 'x'.repeat(120));
    const options = { ...door, path, findAgentOfProcess: () => undefined, onUnexpected: () => {} };
    await expect(openControlSocket(options)).rejects.toMatchObject({
      code: 'DIRECTORY',
      message: expect.stringContaining('bytes long'),
    });
  });

  it('goes with the one who opened it', async () => {
    const path = door.path;
    await door.socket.close();
    expect(existsSync(path)).toBe(false);
  });
});

describe('an operation', () => {
  it('answers with JSON', async () => {
    const { status, headers, body } = await askRaw(door.path, { target: '/v1/agents/claude-3' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(body)).toMatchObject({ name: 'claude-3', management: 'managed' });
  });

  it('takes inputs from path and query', async () => {
    await askRaw(door.path, { method: 'DELETE', target: '/v1/agents/claude-3?force=true&timeoutMs=5000' });
    expect(door.house.calls).toEqual([
      { name: 'stop', input: { name: 'claude-3', force: true, timeoutMs: 5_000 } },
    ]);
  });

  it('takes inputs from path and body', async () => {
    const { status } = await post('/v1/panes/%253/adopt', { name: 'ada', role: 'developer' });
    expect(status).toBe(200);
    expect(door.house.calls).toEqual([
      { name: 'adopt', input: { pane: '%3', name: 'ada', role: 'developer' } },
    ]);
  });

  it('decodes the path once', async () => {
    expect((await askRaw(door.path, { target: '/v1/agents/%63laude-3' })).status).toBe(200);
    for (const name of ['%2563laude-3', '%2e%2e', '%2Fetc', '%00', '%zz', '%c0%ae', 'claude%0a']) {
      const { status } = await askRaw(door.path, { target: `/v1/agents/${name}` });
      expect({ name, status }).toEqual({ name, status: 400 });
    }
  });

  it('keeps to itself what no caller needs', async () => {
    const { body } = await post('/v1/agents/claude-3/messages', { text: 'hello' });
    expect(JSON.parse(body)).toMatchObject({ to: 'claude-3', text: 'hello' });
    expect(body).not.toMatch(/secret-key|idempotencyKey|"step"/);
  });

  it('takes a message of a mebibyte, and of anything else 64 KiB', async () => {
    const text = 'x'.repeat(1024 * 1024);
    expect((await post('/v1/agents/claude-3/messages', { text })).status).toBe(200);
    const answer = await post('/v1/agents', { name: 'ada', directory: '/', brief: text });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'INVALID', status: 413 });
  });

  it('counts what is sent in chunks', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head = writeRaw({
      method: 'POST',
      headers: ['Host: localhost', 'Content-Type: application/json', 'Transfer-Encoding: chunked'],
    });
    const [answer] = await exchangeRaw(door.path, `${head}${chunk}${chunk}0\r\n\r\n`);
    expect(answer?.status).toBe(413);
  });

  it('is healthy', async () => {
    expect(await askRaw(door.path, { target: '/healthz' })).toMatchObject({ status: 204, body: '' });
  });
});

describe('who asks', () => {
  const send = (...lines: string[]) => {
    const body = '{"text":"hello"}';
    const headers = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${body.length}`];
    return askRaw(door.path, {
      ...{ method: 'POST', target: '/v1/agents/claude-3/messages', body },
      headers: [...headers, ...lines],
    });
  };

  it('is the user', async () => {
    await send();
    await send('Tmux-Orchestrator-Pid: 77');
    for (const { by } of door.house.calls) expect(by).toEqual({ kind: 'user', name: 'user' });
    expect(door.house.calls).toHaveLength(2);
  });

  it('is the agent below which the process lives', async () => {
    door.processes.set(77, 'codex-5');
    await send('Tmux-Orchestrator-Pid: 77');
    expect(door.house.calls[0]?.by).toEqual({ kind: 'agent', name: 'codex-5' });
  });

  it('is never what the request says of itself', async () => {
    const { status, body } = await post('/v1/agents/claude-3/messages', { text: 'x', from: 'claude-4' });
    expect(status).toBe(400);
    expect(JSON.parse(body).errors).toEqual([
      { pointer: '#/from', detail: expect.stringMatching(/^is not known here; known are to, text, /) },
    ]);
    for (const line of ['0', '-1', '77x', '1e3', '99999999999', '1, 2']) {
      expect((await send(`Tmux-Orchestrator-Pid: ${line}`)).status).toBe(400);
    }
    expect(door.house.calls).toEqual([]);
  });
});

describe('what fails', () => {
  it.each([
    ['NOT_FOUND', 404],
    ['CONFLICT', 409],
    ['REFUSED', 409],
    ['LIMIT', 429],
    ['INVALID', 400],
    ['TMUX_GONE', 503],
    ['TIMED_OUT', 504],
  ] as const)('%s is told as a problem with status %i', async (code, status) => {
    door.house.failure = new OrchestratorError(code, 'that went wrong', { hint: 'do this', field: 'a.0.b' });
    const answer = await post('/v1/agents/claude-3/pause', {});
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({
      ...{ type: 'about:blank', title: expect.any(String), status, detail: 'that went wrong', code },
      hint: 'do this',
      errors: [{ pointer: '#/a/0/b', detail: 'that went wrong' }],
    });
    expect(door.unexpected).toEqual([]);
  });

  it('unexpectedly is told to the log and to nobody else', async () => {
    const error = new Error('canary with a secret');
    door.house.failure = error;
    const { status, body } = await post('/v1/agents/claude-3/pause', {});
    expect(status).toBe(500);
    expect(body).not.toContain('canary');
    expect(door.unexpected).toEqual([error]);
  });

  it('in the input is named, all of it', async () => {
    const { status, body } = await post('/v1/agents', {
      name: 'Not A Name',
      directory: 'here',
      colour: 'red',
    });
    expect(status).toBe(400);
    const { errors, detail } = JSON.parse(body);
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      ...['#/colour', '#/directory', '#/name'],
    ]);
    expect(detail).toContain('name must be 1 to 64 lower case letters');
    expect(detail).toContain('directory must be absolute');
  });

  it('in the input is missing where it is missing', async () => {
    const { body } = await post('/v1/agents', {});
    expect(JSON.parse(body).detail).toBe('name is missing; directory is missing');
    const answer = await askRaw(door.path, { target: '/v1/agents/claude-3/wait?states=idle,sleepy' });
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 400,
      errors: [{ pointer: '#/states/1', detail: expect.stringMatching(/^must be one of starting, setup/) }],
    });
  });
});

describe('a wait', () => {
  const waitRaw = () => writeRaw({ target: '/v1/agents/claude-3/wait?states=busy&timeoutMs=600000' });

  it('comes back when it is over', async () => {
    const answer = exchangeRaw(door.path, waitRaw());
    await until(() => door.house.waits.open === 1);
    door.house.release();
    expect(JSON.parse((await answer)[0]?.body ?? '')).toMatchObject({ reached: true });
  });

  it('comes back when its time is up', async () => {
    const target = '/v1/agents/claude-3/wait?states=busy&timeoutMs=20';
    expect(JSON.parse((await askRaw(door.path, { target })).body)).toMatchObject({ reached: false });
  });

  it('ends when its caller goes', async () => {
    const connection = connect(door.path, () => connection.write(waitRaw()));
    await until(() => door.house.waits.open === 1);
    connection.destroy();
    await until(() => door.house.waits.aborted === 1);
    expect(door.unexpected).toEqual([]);
  });

  it('is told that the worker stops, and does not hold that up', async () => {
    const patient = await openControlDoor(undefined, { closeMs: 60_000 });
    const answers = Array.from({ length: 20 }, () => exchangeRaw(patient.path, waitRaw()));
    await until(() => patient.house.waits.open === 20);
    const before = Date.now();
    await patient.close();
    expect(Date.now() - before).toBeLessThan(PATIENCE_MS);
    for (const [answer] of await Promise.all(answers)) {
      expect(answer?.status).toBe(503);
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'WORKER_DOWN' });
    }
    await expect(askRaw(patient.path, {})).rejects.toThrow('without an answer');
  });

  it('is taken no further than ten minutes', async () => {
    const target = '/v1/agents/claude-3/wait?states=busy&timeoutMs=600001';
    expect((await askRaw(door.path, { target })).status).toBe(400);
  });
});

describe('a stop', () => {
  /** Resolves when the operation has begun and may be ended by hand. */
  function holdPause() {
    const held = { begun: false, end: () => {} };
    door.house.agents.pause = async (name) => {
      held.begun = true;
      await new Promise<void>((resolve) => {
        held.end = resolve;
      });
      return door.house.agents.get(name);
    };
    return held;
  }

  it('lets a change come to its end', async () => {
    const held = holdPause();
    const answer = post('/v1/agents/claude-3/pause', {});
    await until(() => held.begun);
    const closed = door.socket.close();
    held.end();
    expect((await answer).status).toBe(200);
    await closed;
  });

  it('does not wait for it for ever', async () => {
    const held = holdPause();
    const answer = post('/v1/agents/claude-3/pause', {}).catch((error: unknown) => error);
    await until(() => held.begun);
    await door.socket.close();
    expect(await answer).toBeInstanceOf(Error);
    held.end();
  });
});
