import { expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE, type Rig } from './rig/rig.ts';
import { agentWords, readPanes, writeAgentScreens } from './rig/rig-agents.ts';
import { RigService } from './rig/service.ts';

const TIME_LIMIT_MS = 60_000;
const LOOKS = [...Array<'idle'>(8).fill('idle'), 'approval', 'approval'] as const;
const STATUS = '10 agents, 2 need you';
const LAUNCHER = `${INSIDE.home}/launch.mjs`;
const NAMES =
  /^(?:NOTIFY_SOCKET|WATCHDOG_\w+|LISTEN_\w+|JOURNAL_STREAM|INVOCATION_ID|SYSTEMD_EXEC_PID|MANAGERPID|RUNTIME_DIRECTORY)=/m;

await describeInRig('agents of a tmux server that the service started', (rig) => {
  const service = new RigService(rig);

  it(
    'live on, unnoticed and untold, whatever becomes of the worker',
    async () => {
      await startServiceWithAgents(rig, service);
      const panes = await readPanes(rig, LOOKS.length);
      const told = await tellings(service);
      const agents = await readAgentFiles(rig);
      expect(told).toHaveLength(20);
      for (const [what, act] of Object.entries(endings(rig, service))) {
        const pid = await service.mainPid();
        await act(pid);
        await service.untilReplaced(pid);
        await service.untilProperty('StatusText', STATUS);
        expect(await readPanes(rig, LOOKS.length), `panes after ${what}`).toEqual(panes);
        expect(await tellings(service), `events after ${what}`).toEqual(told);
        expect(await readAgentFiles(rig), `agents after ${what}`).toEqual(agents);
      }
    },
    TIME_LIMIT_MS,
  );

  it(
    'are outside of its sandbox and its cgroup',
    async () => {
      const ofWorker = await readSandbox(rig, await service.mainPid());
      const ofServer = await readSandbox(rig, Number(await rig.shell(`tmux display-message -p '#{pid}'`)));
      const ofPane = await readSandbox(rig, await firstPane(rig));
      expect(ofWorker).toMatchObject({ NoNewPrivs: '1', Seccomp: '2' });
      expect(ofWorker.cgroup).toMatch(/\/tmux-orchestrator\.service$/);
      expect(ofServer).toMatchObject({ NoNewPrivs: '0', Seccomp: '0' });
      expect(ofServer.cgroup).toMatch(/\/tmux-orchestrator-tmux-default\.service$/);
      expect(ofPane).toMatchObject({ NoNewPrivs: '0', Seccomp: '0' });
      // A tmux that knows systemd gives each pane a scope of its own.
      expect(ofPane.cgroup).toMatch(
        /\/(?:tmux-orchestrator-tmux-default\.service|tmux-spawn-[\w-]+\.scope)$/,
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    'hear nothing of what systemd says to the worker, and neither do tmux clients',
    async () => {
      const worker = await service.mainPid();
      expect(await readEnvironment(rig, worker), 'what there is to hide').toMatch(NAMES);
      const clients = await readClientEnvironments(rig, worker);
      expect(clients).not.toEqual([]);
      for (const environment of [...clients, await readEnvironment(rig, await firstPane(rig))]) {
        expect(environment).toMatch(/^PATH=/m);
        expect(environment).not.toMatch(NAMES);
      }
    },
    TIME_LIMIT_MS,
  );

  it(
    'find a second launch of their server answered with the one that is there',
    async () => {
      const before = await readPanes(rig, LOOKS.length);
      expect(JSON.parse(await rig.shell(`${INSIDE.node} ${LAUNCHER}`))).toEqual({
        kind: 'already-there',
        unit: 'tmux-orchestrator-tmux-default.service',
      });
      expect(await readPanes(rig, LOOKS.length)).toEqual(before);
    },
    TIME_LIMIT_MS,
  );
});

/** Of the tmux clients among the children of the worker; some come and go. */
async function readClientEnvironments(rig: Rig, worker: number): Promise<string[]> {
  const each = `for pid in $(cat /proc/${worker}/task/*/children); do echo "$pid $(cat /proc/$pid/comm)"; done; true`;
  const clients = (await rig.shell(each)).matchAll(/^(\d+) tmux: client$/gm);
  const environments = [...clients].map(([, pid = '']) => readEnvironment(rig, pid).catch(() => ''));
  return (await Promise.all(environments)).filter((environment) => environment !== '');
}

/** The service starts the server itself: from its own cgroup and sandbox, as it would for an agent that it spawns. */
async function startServiceWithAgents(rig: Rig, service: RigService): Promise<void> {
  await writeAgentScreens(rig);
  const launch = {
    name: 'default',
    words: ['tmux', '-f', '/dev/null', ...agentWords(LOOKS)],
    directory: INSIDE.home,
    env: { LANG: 'C.UTF-8' },
  };
  await rig.writeFile(
    LAUNCHER,
    `import { launchTmuxServer } from '${INSIDE.app}/dist/host/server-launch.js';
    console.log(JSON.stringify(await launchTmuxServer(${JSON.stringify(launch)}, process.env)));`,
  );
  const once = `bash -c 'test -e ${INSIDE.home}/launched || { touch ${INSIDE.home}/launched; ${INSIDE.node} ${LAUNCHER}; }'`;
  await service.install(['RestartSec=100ms', 'WatchdogSec=2', 'TimeoutAbortSec=1', `ExecStartPost=${once}`]);
  await service.systemctl('start');
  await service.untilProperty('StatusText', STATUS);
  await until(async () => (await tellings(service)).length === 20);
}

/** Ways in which a worker ends and another comes; the last two are no restart by hand. */
function endings(rig: Rig, service: RigService): Record<string, (pid: number) => Promise<unknown>> {
  return {
    restart: () => service.systemctl('restart'),
    'stop and start': async () => {
      await service.systemctl('stop');
      await service.systemctl('start');
    },
    crash: (pid) => rig.shell(`kill -SEGV ${pid}`),
    'kill -9': (pid) => rig.shell(`kill -KILL ${pid}`),
    'watchdog kill': (pid) => rig.shell(`kill -STOP ${pid}`),
  };
}

/** What was told of agents so far: ten found, ten states. */
async function tellings(service: RigService): Promise<string[]> {
  const ofAgents = (await service.events()).filter((event) => event.type.startsWith('agent.'));
  return ofAgents.map((event) => JSON.stringify(event)).sort();
}

/** What is known of each agent. */
async function readAgentFiles(rig: Rig): Promise<unknown[]> {
  const text = await rig.shell(
    `for file in ${INSIDE.runtime}/tmux-orchestrator/agents/*.json; do tr -d '\\n' <"$file"; echo; done`,
  );
  return text.split('\n').map((line) => {
    const { name, state, since, foundAt, process } = JSON.parse(line);
    return { name, state, since, foundAt, process };
  });
}

async function firstPane(rig: Rig): Promise<number> {
  return Number((await rig.shell(`tmux list-panes -a -F '#{pane_pid}'`)).split('\n')[0]);
}

async function readSandbox(rig: Rig, pid: number) {
  const status = await rig.shell(`cat /proc/${pid}/status`);
  const read = (name: string) => new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1];
  const cgroup = /^0::(.*)$/m.exec(await rig.shell(`cat /proc/${pid}/cgroup`))?.[1];
  return { NoNewPrivs: read('NoNewPrivs'), Seccomp: read('Seccomp'), cgroup };
}

function readEnvironment(rig: Rig, pid: number | string): Promise<string> {
  return rig.shell(`tr '\\0' '\\n' </proc/${pid}/environ`);
}
