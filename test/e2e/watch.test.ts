import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentSpec } from '../helpers/agent-spec.ts';
import { type PaintedAgent, paintAgent, SCREENS } from '../helpers/painted-agent.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';
import { TestHome } from '../helpers/worker-process.ts';

let home: TestHome;
let tmux: PrivateTmux;
const agents: PaintedAgent[] = [];

beforeEach(async () => {
  home = new TestHome();
  tmux = await privateTmux();
});

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.close();
  await home.close();
  await tmux.close();
});

async function paintIdleAgent(): Promise<PaintedAgent> {
  const agent = await paintAgent(tmux);
  agents.push(agent);
  agent.paint(SCREENS.idle);
  return agent;
}

function startWorker() {
  return home.startWorker('--socket-path', tmux.socketPath);
}

const HELD = { since: new Date().toISOString(), code: 'left', reason: 'it left' } as const;

describe('the watch', () => {
  it('finds agents that run and agents that start later, and leaves other panes alone', async () => {
    const first = await paintIdleAgent();
    startWorker();
    await until(() => home.agentNames().length === 1);
    const second = await paintIdleAgent();
    await until(() => home.agentNames().length === 2);
    expect(home.agentNames()).toEqual([first.name, second.name].sort());
    expect(home.agent(first.name)).toMatchObject({
      profile: 'claude',
      management: 'observed',
      pane: first.pane,
    });
  });

  it('finds an agent that a shell starts in a pane it knows already', async () => {
    startWorker();
    await until(() => home.workerState().tmux.status === 'connected');
    await tmux.run('send-keys', '-t', '%0', 'exec -a claude sleep 300', 'Enter');
    await until(() => home.agentNames().includes('claude-0'));
  });

  it('tells each change of state as one event with its evidence', async () => {
    const agent = await paintIdleAgent();
    startWorker();
    await home.untilState(agent.name, 'idle');
    agent.paint(SCREENS.busy);
    await home.untilState(agent.name, 'busy');
    agent.paint(SCREENS.approval);
    await home.untilState(agent.name, 'approval');
    agent.paint(SCREENS.idle);
    await home.untilState(agent.name, 'idle');
    const readChanges = () => home.events().filter((event) => event.type === 'agent.state');
    await until(() => readChanges().length === 4);
    const changes = readChanges();
    expect(changes.map((event) => event.to)).toEqual(['idle', 'busy', 'approval', 'idle']);
    for (const { evidence, to } of changes) expect(evidence[0]).toMatchObject({ kind: 'screen', state: to });
  });

  it('does not take one frame that looks idle for rest', async () => {
    home.writeConfig('watch: { settleMs: 2000 }');
    const agent = await paintIdleAgent();
    startWorker();
    await home.untilState(agent.name, 'idle');
    agent.paint(SCREENS.busy);
    await home.untilState(agent.name, 'busy');
    const count = home.events().length;
    let frames = 0;
    await until(() => {
      agent.paint(++frames % 3 === 0 ? SCREENS.idle : SCREENS.busy);
      return frames === 31;
    });
    expect(home.events().slice(count)).toEqual([]);
  });

  it('tells a killed agent by its process although its screen stands', async () => {
    const agent = await paintIdleAgent();
    startWorker();
    await home.untilState(agent.name, 'idle');
    process.kill(agent.pid, 'SIGKILL');
    await home.untilState(agent.name, 'dead');
    expect(home.agent(agent.name).evidence[0]).toMatchObject({ kind: 'pane', state: 'dead' });
  });

  it('tells an agent that left its shell behind as exited, and a stopped one as suspended', async () => {
    startWorker();
    await until(() => home.workerState().tmux.status === 'connected');
    await tmux.run('send-keys', '-t', '%0', '(exec -a claude sleep 300)', 'Enter');
    await until(() => home.agentNames().includes('claude-0'));
    await tmux.run('send-keys', '-t', '%0', 'C-z');
    await home.untilState('claude-0', 'suspended');
    await tmux.run('send-keys', '-t', '%0', 'kill -9 %1; wait', 'Enter');
    await home.untilState('claude-0', 'exited');
  });

  it('takes another CLI in the pane of one that left for another agent', async () => {
    startWorker();
    await until(() => home.workerState().tmux.status === 'connected');
    await tmux.run('send-keys', '-t', '%0', '(exec -a claude sleep 300)', 'Enter');
    await until(() => home.agentNames().includes('claude-0'));
    await tmux.run('send-keys', '-t', '%0', 'C-c', '');
    await home.untilState('claude-0', 'exited');
    await tmux.run('send-keys', '-t', '%0', '(exec -a codex sleep 300)', 'Enter');
    await until(() => home.agentNames().includes('codex-0'));
    expect(home.agentNames()).toEqual(['codex-0']);
    expect(home.agent('codex-0').profile).toBe('codex');
  });

  it('judges by new rules of a profile after SIGHUP, and keeps the old where the new are broken', async () => {
    const path = join(home.config, 'profiles/aider.yaml');
    const profile = (state: string) =>
      `name: aider\ntitle: A\nprocesses: [{program: ^aider$}]\nrules: [{id: r, state: ${state}, in: screen, all: [{row: READY}]}]\n`;
    mkdirSync(join(home.config, 'profiles'));
    writeFileSync(path, profile('busy'));
    const agent = await paintAgent(tmux, { program: 'aider' });
    agents.push(agent);
    agent.paint('READY');
    const worker = startWorker();
    await home.untilState(agent.name, 'busy');
    writeFileSync(path, 'name: [');
    worker.child.kill('SIGHUP');
    await until(() => home.events().some((event) => event.type === 'config.reloaded' && !event.ok));
    expect(home.agent(agent.name).state).toBe('busy');
    writeFileSync(path, profile('approval'));
    worker.child.kill('SIGHUP');
    await home.untilState(agent.name, 'approval');
  });

  it('forgets an agent whose pane is closed', async () => {
    const agent = await paintIdleAgent();
    startWorker();
    await home.untilState(agent.name, 'idle');
    await tmux.run('kill-pane', '-t', agent.pane);
    await until(() => home.agentNames().length === 0);
    expect(home.events().at(-1)).toMatchObject({ type: 'agent.gone', agent: agent.name, last: 'idle' });
  });

  it('takes for managed what its files and the tag of the pane agree on, and nothing else', async () => {
    const agents = [await paintIdleAgent(), await paintIdleAgent(), await paintIdleAgent()];
    const [pid, startTime] = (await tmux.run('display-message', '-p', '#{pid} #{start_time}'))
      .split(' ')
      .map(Number);
    const tags = ['ada', 'bob', 'eve'];
    for (const [i, agent] of agents.entries()) {
      await tmux.run('set-option', '-p', '-t', agent.pane, '@tmux_orchestrator_agent', tags[i] ?? '');
    }
    const server = { pid: pid ?? 0, startTime: startTime ?? 0 };
    home.writeSpec(
      agentSpec({ name: 'ada', profile: 'claude', pane: { id: agents[0]?.pane ?? '', server, bootId: 'x' } }),
    );
    home.writeSpec(
      agentSpec({
        name: 'mallory',
        profile: 'claude',
        pane: { id: agents[1]?.pane ?? '', server, bootId: 'x' },
        held: HELD,
      }),
    );
    startWorker();
    await until(() => home.agentNames().length === 4);
    expect(home.agent('ada')).toMatchObject({ management: 'managed', pane: agents[0]?.pane });
    expect(home.agent('mallory')).toMatchObject({ management: 'managed', pane: null, state: 'exited' });
    for (const agent of agents.slice(1)) expect(home.agent(agent.name).management).toBe('observed');
  });

  it('goes on where a killed worker stopped, without telling anything twice', async () => {
    const agent = await paintIdleAgent();
    const first = startWorker();
    await home.untilState(agent.name, 'idle');
    const { since, foundAt } = home.agent(agent.name);
    await first.end('SIGKILL');
    const before = home.events().length;
    startWorker();
    await until(() => home.events().length >= before + 2);
    await until(() => home.workerState().counters.looks > 0);
    expect(home.agent(agent.name)).toMatchObject({ state: 'idle', since, foundAt });
    expect(
      home
        .events()
        .slice(before)
        .map((event) => event.type),
    ).toEqual(['worker.started', 'server.connected']);
  });
});
