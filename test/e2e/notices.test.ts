import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showToClients } from '../../src/tmux/client-message.ts';
import { TmuxServer } from '../../src/tmux/server.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { type PaintedAgent, paintAgent, SCREENS } from '../helpers/painted-agent.ts';
import { until } from '../helpers/until.ts';

let room: ControlRoom;
let hook: Server;
/** Notices that arrived, with when. */
let got: { at: number; kind: string; agent: string }[];
const painted: PaintedAgent[] = [];

beforeEach(async () => {
  got = [];
  hook = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    for (const one of JSON.parse(text).notices) got.push({ at: Date.now(), ...one });
    response.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  room = await ControlRoom.open();
});

afterEach(async () => {
  for (const agent of painted.splice(0)) agent.close();
  await room.close();
  hook.closeAllConnections();
  hook.close();
});

/** Has the worker read a configuration with these notifiers. */
async function configure(notifiers: string, more = ''): Promise<void> {
  room.home.writeConfig(`notices:\n${more}  notifiers:\n${notifiers}`);
  room.worker.child.kill('SIGHUP');
  const wanted = notifiers.split('- {').length - 1;
  await until(async () => (await room.client.call('notifier.list', {})).notifiers.length === wanted);
}

const hookLine = (port = (hook.address() as AddressInfo).port) =>
  `    - { name: hook, kind: webhook, url: "http://127.0.0.1:${port}/" }\n`;

describe('notices', () => {
  it('of 20 agents that ask for leave are out, with a dead webhook beside, and once', async () => {
    const dead = '    - { name: dead, kind: webhook, url: "http://127.0.0.1:1/" }\n';
    await configure(dead + hookLine());
    for (let i = 0; i < 20; i++) painted.push(await paintAgent(room.tmux));
    for (const agent of painted) agent.paint(SCREENS.idle);
    await until(
      () => room.home.agentNames().filter((name) => room.home.agent(name).state === 'idle').length === 20,
    );
    const paintedAt = Date.now();
    for (const agent of painted) agent.paint(SCREENS.approval);
    await until(() => got.length >= 20);
    const delays = got.map(({ at }) => at - paintedAt);
    console.log(
      `approval on screen to webhook, 20 agents: ${Math.min(...delays)} to ${Math.max(...delays)} ms`,
    );
    await room.worker.end('SIGKILL');
    room.start();
    await room.untilOpen();
    await until(async () => (await room.client.call('notice.list', {})).notices.length === 20);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(got.filter(({ kind }) => kind === 'approval')).toHaveLength(20);
    const [notice] = (await room.client.call('notice.list', {})).notices;
    await room.client.call('notice.ack', { id: notice?.id ?? '' });
    expect((await room.client.call('notice.list', {})).notices).toHaveLength(19);
  });

  it('go to a command as JSON on its input, without a shell', async () => {
    const out = join(room.home.path, 'out.json');
    const script = join(room.home.path, 'take.sh');
    writeFileSync(script, `#!/bin/sh\ncat > ${out}\nprintf '%s' "$1" >> ${out}\nenv > ${out}.env\n`, {
      mode: 0o755,
    });
    await configure(`    - { name: mine, kind: command, command: ["${script}", "$(id); x"] }\n`);
    await room.client.call('notifier.test', { name: 'mine' });
    expect(readFileSync(out, 'utf8')).toMatch(/"kind":"test".*\}\$\(id\); x$/);
    const env = readFileSync(`${out}.env`, 'utf8');
    expect(env).toContain('PATH=');
    expect(env).not.toMatch(/^(?:NODE_|VITEST|TMO_|TMUX)/m);
    await expect(room.client.call('notifier.test', { name: 'nobody' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('that a dead webhook did not take go to it, once, when it is back, over a restart of the worker', async () => {
    const { port } = hook.address() as AddressInfo;
    const [listener] = hook.listeners('request') as [RequestListener];
    hook.closeAllConnections();
    hook.close();
    await configure(hookLine(port));
    painted.push(await paintAgent(room.tmux));
    painted[0]?.paint(SCREENS.approval);
    await until(async () => (await room.client.call('notifier.list', {})).notifiers[0]?.lastFailure);
    expect(await room.worker.end('SIGTERM')).toBe(0);
    hook = createServer(listener).listen(port, '127.0.0.1');
    for (let worker = 0; worker < 2; worker++) {
      room.start();
      await room.untilOpen();
      await until(() => got.length > 0);
      await room.worker.end('SIGTERM');
    }
    expect(got.map(({ kind }) => kind)).toEqual(['approval']);
  });

  it('fail with a clear line where a secret is readable by others', async () => {
    const file = join(room.home.path, 'secret');
    writeFileSync(file, 'k\n', { mode: 0o644 });
    await configure(hookLine().replace(' }', `, secretFile: "${file}" }`));
    await expect(room.client.call('notifier.test', { name: 'hook' })).rejects.toThrow(/others may read it/);
    expect(got).toEqual([]);
  });

  it('reach the lead of a team, and only the lead and the user say that it is done', async () => {
    const folder = join(room.home.config, 'teams');
    mkdirSync(folder, { recursive: true });
    const member = (name: string) => `  - { name: ${name}, profile: stand-in, args: [--startup-ms, "50"] }\n`;
    writeFileSync(
      join(folder, 'web.yaml'),
      `name: web\ndescription: x\nlead: boss\nmembers:\n${member('boss')}${member('helper')}`,
    );
    await configure('    - { name: leads, kind: lead }\n');
    await room.client.call('team.up', { name: 'web', directory: room.home.path });
    await room.home.untilState('boss', 'idle');
    await expect(room.client.call('notifier.test', { name: 'leads' })).rejects.toMatchObject({
      code: 'REFUSED',
    });
    await room.client.call('notifier.test', { name: 'leads', team: 'web' });
    const { messages } = await room.client.call('message.list', { to: 'boss' });
    expect(messages[0]).toMatchObject({ from: { kind: 'service' }, priority: 'low', interrupt: false });
    expect(messages[0]?.text).toContain('- this is a test notice');
    await room.client.call('team.done', { name: 'web' });
    await until(async () =>
      (await room.client.call('notice.list', {})).notices.some((one) => one.kind === 'finished'),
    );
    await expect(room.client.call('team.done', { name: 'nothing' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const record = () => JSON.parse(readFileSync(join(room.home.state, 'notices.json'), 'utf8'));
    expect(Object.keys(record().done)).toEqual(['web']);
    await room.client.call('team.up', { name: 'web', directory: room.home.path });
    expect(record().done).toEqual({});
  });
});

const squeeze = (text: string) => text.replace(/#+/g, '#');

describe('the status line of a client', () => {
  it('shows a text as it is and runs nothing of it', async () => {
    const { tmux } = room;
    const trace = join(room.home.path, 'ran');
    // A client needs a terminal: a pane of another server is one.
    await tmux.run('new-session', '-d', '-s', 'viewed', '-x', '200', '-y', '20', 'sleep 60');
    const attach = `TMUX= tmux -L ${tmux.name} attach -t viewed`;
    await tmux.run('new-session', '-d', '-s', 'terminal', '-x', '200', '-y', '21', attach);
    await until(async () => (await tmux.run('list-clients', '-F', '#{client_control_mode}')).includes('0'));
    const program = {
      program: 'tmux',
      address: {
        path: tmux.socketPath,
        arguments: ['-S', tmux.socketPath] as const,
        source: 'flag' as const,
      },
    };
    const server = await TmuxServer.connect(program, { onStructure: () => {}, onLost: () => {} });
    for (const text of [
      `a #(touch ${trace}) b`,
      `##(touch ${trace})`,
      `###(touch ${trace}) #{pid} ##{pid} %H:%M 100%`,
      'x; kill-server \\; "$HOME" `id`',
    ]) {
      expect(await showToClients(server, text)).toBe(1);
      await until(
        async () => {
          const shown = await tmux.run('capture-pane', '-p', '-t', 'terminal:');
          // Where several stand together, 3.3a draws fewer.
          if (squeeze(shown).includes(squeeze(text))) return true;
          throw new Error(shown);
        },
        {
          describe: () => text,
        },
      );
    }
    await server.close();
    await expect(execa('test', ['-e', trace])).rejects.toThrow();
  });
});
