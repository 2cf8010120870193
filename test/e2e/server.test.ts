import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PaintedAgent, paintAgent, SCREENS } from '../helpers/painted-agent.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';
import { TestHome } from '../helpers/worker-process.ts';

let home: TestHome;
const servers: PrivateTmux[] = [];
const agents: PaintedAgent[] = [];

beforeEach(() => {
  home = new TestHome();
});

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.close();
  await home.close();
  for (const server of servers.splice(0)) await server.close();
});

async function startTmux(): Promise<PrivateTmux> {
  const tmux = await privateTmux();
  servers.push(tmux);
  return tmux;
}

async function paintIdle(tmux: PrivateTmux, target?: string): Promise<PaintedAgent> {
  const agent = await paintAgent(tmux, target === undefined ? {} : { target });
  agents.push(agent);
  agent.paint(SCREENS.idle);
  return agent;
}

describe('the connection to tmux', () => {
  it('waits where there is no server yet, and connects when there is one', async () => {
    const tmux = await startTmux();
    await tmux.close();
    home.startWorker('--socket-name', tmux.name);
    await until(() => home.workerState().tmux.status === 'none');
    expect(home.workerState().tmux.detail).toContain('no tmux server');
    await tmux.run('new-session', '-d', 'bash', '--norc');
    await until(() => home.workerState().tmux.status === 'connected');
  });

  it('tells a server that went as one event and takes up the next one on the same socket', async () => {
    const tmux = await startTmux();
    const old = await paintIdle(tmux);
    await paintIdle(tmux);
    home.startWorker('--socket-name', tmux.name);
    await home.untilState(old.name, 'idle');
    await tmux.run('kill-server');
    await until(() => home.agentNames().length === 0);
    expect(home.events().filter((event) => event.type === 'agent.gone')).toEqual([]);
    expect(home.events().find((event) => event.type === 'server.lost')).toMatchObject({ agents: 2 });
    await tmux.run('new-session', '-d', 'bash', '--norc');
    const next = await paintIdle(tmux);
    await home.untilState(next.name, 'idle');
    const pid = Number(await tmux.run('display-message', '-p', '#{pid}'));
    expect(home.agent(next.name).server?.pid).toBe(pid);
  });

  it('is not held up by a stopped server and goes on when that goes on', async () => {
    const tmux = await startTmux();
    const agent = await paintIdle(tmux);
    const worker = home.startWorker('--socket-name', tmux.name);
    await home.untilState(agent.name, 'idle');
    process.kill(tmux.pid, 'SIGSTOP');
    try {
      await until(() => home.workerState().tmux.status === 'stalled');
      expect(home.agent(agent.name).state).toBe('idle');
    } finally {
      process.kill(tmux.pid, 'SIGCONT');
    }
    agent.paint(SCREENS.approval);
    await home.untilState(agent.name, 'approval');
    expect(home.events().filter((event) => event.type === 'server.stalled')).toHaveLength(1);
    expect(await worker.end()).toBe(0);
  });

  it('leaves a stopped server when it is told to, before its supervisor loses patience', async () => {
    const tmux = await startTmux();
    const worker = home.startWorker('--socket-name', tmux.name);
    await until(() => home.workerState().tmux.status === 'connected');
    process.kill(tmux.pid, 'SIGSTOP');
    try {
      const askedAt = Date.now();
      expect(await worker.end('SIGTERM')).toBe(0);
      // `TimeoutStopSec` of the unit.
      expect(Date.now() - askedAt).toBeLessThan(15_000);
    } finally {
      process.kill(tmux.pid, 'SIGCONT');
    }
  });

  it('leaves options, sizes, sessions, buffers and environment exactly as they were, however it ends', async () => {
    const tmux = await startTmux();
    await tmux.run('new-session', '-d', '-s', 'other', '-x', '123', '-y', '45', 'bash', '--norc');
    await tmux.run('set-environment', '-t', 'other', 'SSH_AUTH_SOCK', '/tmp/agent');
    const agent = await paintIdle(tmux);
    const before = await describeServer(tmux);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const worker = home.startWorker('--socket-name', tmux.name);
      await home.untilState(agent.name, 'idle');
      await until(() => home.workerState().tmux.status === 'connected');
      const during = await describeServer(tmux);
      expect(during).toEqual(before);
      await worker.end(signal);
      await until(async () => (await tmux.run('list-clients')) === '');
      expect(await describeServer(tmux)).toEqual(before);
    }
  });

  it('leaves no client behind when it is killed while the server has much to say', async () => {
    const tmux = await startTmux();
    for (let round = 0; round < 3; round++) {
      const worker = home.startWorker('--socket-name', tmux.name);
      await until(
        () => home.workerState().pid === worker.pid && home.workerState().tmux.status === 'connected',
      );
      const churn = tmux.run(...Array.from({ length: 200 }, () => ['new-window', '-d', 'true', ';']).flat());
      await worker.end('SIGKILL');
      await churn;
      await until(async () => (await tmux.run('list-clients')) === '');
    }
  });

  it('sits down in no session that destroys itself, and takes none along when it leaves', async () => {
    const tmux = await startTmux();
    await tmux.run('new-session', '-d', '-s', 'mortal', 'bash', '--norc');
    const user = execa('tmux', ['-L', tmux.name, '-C', 'attach', '-t', 'mortal'], { reject: false });
    await until(async () => (await tmux.run('list-clients')) !== '');
    await tmux.run('set-option', '-g', 'destroy-unattached', 'on').catch(() => undefined);
    const agent = await paintIdle(tmux, 'mortal');
    const worker = home.startWorker('--socket-name', tmux.name);
    await home.untilState(agent.name, 'idle');
    expect(await tmux.run('list-sessions', '-F', '#{session_name}')).toMatch(/tmux-orchestrator-\d+/);
    expect(await worker.end('SIGKILL')).toBe(null);
    await until(async () => (await tmux.run('list-sessions', '-F', '#{session_name}')) === 'mortal');
    user.kill();
    await user;
  });

  it('moves to another session when its own is killed', async () => {
    const tmux = await startTmux();
    const agent = await paintIdle(tmux);
    await tmux.run('new-session', '-d', '-s', 'other', 'bash', '--norc');
    home.startWorker('--socket-name', tmux.name);
    await home.untilState(agent.name, 'idle');
    const session = await tmux.run('list-clients', '-F', '#{client_session}');
    await tmux.run('new-session', '-d', '-s', 'third', 'bash', '--norc');
    await tmux.run('move-window', '-s', agent.pane, '-t', 'third:');
    await tmux.run('kill-session', '-t', `=${session}`);
    agent.paint(SCREENS.approval);
    await home.untilState(agent.name, 'approval');
    expect(home.events().filter((event) => event.type === 'agent.gone')).toEqual([]);
  });

  it('starts its client with an environment of a few harmless variables', async () => {
    const tmux = await startTmux();
    const worker = home.startWorker('--socket-name', tmux.name);
    await until(() => home.workerState().tmux.status === 'connected');
    const children = readFileSync(`/proc/${worker.pid}/task/${worker.pid}/children`, 'utf8')
      .trim()
      .split(' ');
    const names = children.flatMap((pid) =>
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((one) => one.split('=')[0]),
    );
    expect(new Set(names.filter((name) => name !== ''))).toEqual(new Set(['TERM', 'LANG', 'PATH', 'HOME']));
  });
});

/** What a user could notice of us. */
async function describeServer(tmux: PrivateTmux): Promise<string[]> {
  return [
    await tmux.run('show-options', '-g'),
    await tmux.run('show-options', '-s'),
    await tmux.run('show-hooks', '-g'),
    await tmux.run('list-sessions', '-F', '#{session_id} #{session_name} #{session_width}'),
    await tmux.run(
      'list-panes',
      '-a',
      '-F',
      '#{pane_id} #{pane_width}x#{pane_height} #{window_layout} #{pane_in_mode}',
    ),
    await tmux.run('list-buffers'),
    await tmux.run('show-environment', '-g'),
    await tmux.run('show-environment', '-t', 'other'),
    await tmux.run('show-options', '-t', 'other'),
  ];
}

describe('the worker refuses', () => {
  async function expectRefusal(words: string[], exitCode: number, ...parts: string[]): Promise<void> {
    const worker = home.startWorker(...words);
    expect(await worker.exit).toBe(exitCode);
    const lines = worker.errors.trim().split('\n');
    for (const part of parts) expect(worker.errors).toContain(part);
    expect(lines.length).toBeLessThanOrEqual(2);
  }

  it('a tmux that is not there', async () => {
    home.writeConfig('tmux:\n  program: /nonexistent/tmux\n');
    await expectRefusal([], 78, 'tmux was not found', 'apt install tmux');
  });

  it('a tmux that is too old', async () => {
    const program = join(home.path, 'old-tmux');
    await execa('bash', ['-c', `printf '#!/bin/sh\\necho tmux 3.1c\\n' > ${program}; chmod +x ${program}`]);
    home.writeConfig(`tmux:\n  program: ${program}\n`);
    await expectRefusal([], 78, 'tmux 3.1c is too old', '3.2');
  });

  it('a socket path that is too long for the system', async () => {
    await expectRefusal(['--socket-path', `/tmp/${'x'.repeat(120)}`], 78, '125 bytes');
  });

  it('an unknown configuration key, with the one that was meant', async () => {
    home.writeConfig('watch:\n  intervalms: 500\n');
    await expectRefusal([], 78, 'config.yaml:2', 'watch.intervalms is unknown', 'watch.intervalMs');
  });
});
