import { afterEach, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE, type Rig } from './rig/rig.ts';
import { agentWords, readPanes, writeAgentScreens } from './rig/rig-agents.ts';
import { RigService } from './rig/service.ts';

const TIME_LIMIT_MS = 40_000;
/** Restarts at once: it is their number and their reason that is looked at here. */
// Versions before 254 know no steps and ignore them with a word in the journal.
const SOON = ['RestartSec=100ms', 'RestartSteps=0'];
const STARTS_MAX = 6;
const LOOKS = [...Array<'idle'>(7).fill('idle'), 'approval', 'approval', 'limited'] as const;
const STATUS = '10 agents, 2 need you, 1 limited';

await describeInRig('the service under systemd', (rig) => {
  const service = new RigService(rig);

  afterEach(async () => {
    await rig.shell(`systemctl --user stop tmux-orchestrator; tmux kill-server; true`);
    await rig.shell(`rm -rf ${INSIDE.runtime}/tmux-orchestrator ${INSIDE.home}/.local/state`);
  });

  it(
    'is up when it has looked at tmux, and says in its status what it sees',
    async () => {
      await service.install();
      await service.systemctl('start');
      expect(await service.property('StatusText')).toBe('no tmux server yet');
      expect(
        JSON.parse(await rig.shell(`cat ${INSIDE.runtime}/tmux-orchestrator/worker.json`)),
      ).toMatchObject({
        pid: await service.mainPid(),
        tmux: { status: 'none' },
      });
      await startAgents(rig);
      await service.untilProperty('StatusText', STATUS);
      expect(await service.systemctl('status', '--no-pager')).toContain(STATUS);
      await service.systemctl('restart');
      expect(await service.property('StatusText')).toMatch(/^10 agents/);
    },
    TIME_LIMIT_MS,
  );

  it(
    'writes each line into the journal of its unit with its priority',
    async () => {
      await service.install();
      await service.systemctl('start');
      await startAgents(rig);
      await service.untilProperty('StatusText', STATUS);
      const own = (await until(async () => {
        const lines = (await service.journal()).filter((line) => line.MESSAGE.startsWith('{'));
        return lines.filter((line) => line.MESSAGE.includes('"approval"')).length === 2 && lines;
      })) as { MESSAGE: string; PRIORITY: string }[];
      for (const { MESSAGE, PRIORITY } of own) {
        expect(`${JSON.parse(MESSAGE).level} ${PRIORITY}`).toMatch(/^(?:30 6|40 4)$/);
      }
      expect(own.filter((line) => line.MESSAGE.includes('"found an agent"'))).toHaveLength(10);
      const warnings = (await service.journal('-p warning')).map((line) => JSON.parse(line.MESSAGE));
      expect(warnings.map((line) => line.to).sort()).toEqual(['approval', 'approval']);
    },
    TIME_LIMIT_MS,
  );

  it(
    'reads its configuration again on reload, and keeps the old one where the new is broken',
    async () => {
      await service.install();
      await service.systemctl('start');
      const pid = await service.mainPid();
      await service.writeConfig('watch:\n  intervalMs: 500\n');
      await service.systemctl('reload');
      await until(async () => (await reloads(service)).length === 1);
      await service.writeConfig('watch:\n  intervallMs: 500\n');
      await service.systemctl('reload');
      await until(async () => (await reloads(service)).length === 2);
      expect(await reloads(service)).toMatchObject([{ ok: true }, { ok: false }]);
      // The event comes right before systemd is told.
      await until(async () => (await service.property('ActiveState')) === 'active');
      expect(await service.mainPid()).toBe(pid);
      expect(await service.property('NRestarts')).toBe('0');
    },
    TIME_LIMIT_MS,
  );

  it(
    'is killed by the watchdog when it hangs, and comes back',
    async () => {
      await service.install([...SOON, 'WatchdogSec=2', 'TimeoutAbortSec=1']);
      await service.systemctl('start');
      const pid = await service.mainPid();
      await service.untilFedFor(3_000);
      expect(await service.mainPid(), 'a worker that works is left alone').toBe(pid);
      await rig.shell(`kill -STOP ${pid}`);
      await service.untilReplaced(pid);
      expect(await service.property('NRestarts')).toBe('1');
      const journal = (await service.journal()).map((line) => line.MESSAGE).join('\n');
      expect(journal).toMatch(/Watchdog timeout \(limit 2s\)/);
      expect(journal).not.toMatch(/dumped core|core-dump/);
    },
    TIME_LIMIT_MS,
  );

  it(
    'is no victim of the watchdog while the tmux server does not answer',
    async () => {
      await service.install(['WatchdogSec=7']);
      await startAgents(rig);
      await service.systemctl('start');
      const pid = await service.mainPid();
      const server = await rig.shell(`tmux display-message -p '#{pid}'`);
      await rig.shell(`kill -STOP ${server}`);
      try {
        await service.untilProperty('StatusText', `tmux server does not answer; ${STATUS}`);
        await service.untilFedFor(8_000);
      } finally {
        await rig.shell(`kill -CONT ${server}`);
      }
      await service.untilProperty('StatusText', STATUS);
      expect(await service.mainPid()).toBe(pid);
    },
    TIME_LIMIT_MS,
  );

  it(
    'fails for good after six starts, and starts again when that is forgiven',
    async () => {
      await service.install(SOON);
      // A worker run by hand is in the way: each start ends with 75.
      await rig.shell(`nohup ${INSIDE.node} ${INSIDE.main} run >/dev/null 2>&1 & echo $! >~/by-hand`);
      await until(() => rig.shell(`cat ${INSIDE.runtime}/tmux-orchestrator/worker.json`));
      await expect(service.systemctl('start')).rejects.toThrow();
      await service.untilProperty('ActiveState', 'failed', 15_000);
      expect(await service.property('ExecMainStatus')).toBe('75');
      // The journal takes down a line a moment after it was written.
      await until(async () => (await startsInJournal(service)) === STARTS_MAX);
      await expect(service.systemctl('start'), 'refused until it is forgiven').rejects.toThrow();
      expect(await startsInJournal(service)).toBe(STARTS_MAX);
      await rig.shell(
        'kill $(cat ~/by-hand); while kill -0 $(cat ~/by-hand) 2>/dev/null; do sleep 0.05; done',
      );
      await service.systemctl('reset-failed');
      await service.systemctl('start');
      expect(await service.property('ActiveState')).toBe('active');
    },
    TIME_LIMIT_MS,
  );

  it(
    'is not started again when its configuration is broken, and says so as an error',
    async () => {
      await service.install(SOON);
      await service.writeConfig('watch:\n  intervall: 1\n');
      await expect(service.systemctl('start')).rejects.toThrow();
      await service.untilProperty('ActiveState', 'failed');
      expect(await service.property('ExecMainStatus')).toBe('78');
      expect(await service.property('NRestarts')).toBe('0');
      expect((await service.journal('-p err')).map((line) => line.MESSAGE).join('\n')).toContain(
        'config.yaml:2',
      );
    },
    TIME_LIMIT_MS,
  );
});

async function startAgents(rig: Rig): Promise<void> {
  await writeAgentScreens(rig);
  const { code, stderr } = await rig.run(['tmux', '-f', '/dev/null', ...agentWords(LOOKS)]);
  expect(stderr + code).toBe('0');
  await readPanes(rig, LOOKS.length);
}

async function reloads(service: RigService) {
  return (await service.events()).filter((event) => event.type === 'config.reloaded');
}

/** How often systemd has started our program for this unit. */
async function startsInJournal(service: RigService): Promise<number> {
  const lines = await service.journal();
  return lines.filter((line) => /^error: another worker is running already/.test(line.MESSAGE)).length;
}
