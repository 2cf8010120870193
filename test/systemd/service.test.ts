import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE } from './rig/rig.ts';
import { COPY, expectEnd, expectNothingInstalled, makeCopy, runCopy, UNIT } from './rig/service-command.ts';

const LINK = `${INSIDE.home}/.config/systemd/user/default.target.wants/tmux-orchestrator.service`;
const AGENTS = 10;

await describeInRig('the service', (rig) => {
  const tmo = (words: string, env?: Record<string, string>) => runCopy(rig, words, env);
  const original = (words: string) => rig.run([INSIDE.node, INSIDE.main, ...words.split(' ')]);
  const show = (property: string) =>
    rig.shell(`systemctl --user show --property=${property} --value tmux-orchestrator`);
  let pids: string;
  const agentPids = () => rig.shell("tmux list-panes -a -F '#{pane_pid}' | sort | tr '\\n' ' '");

  beforeAll(async () => {
    await makeCopy(rig);
    const standIn = `${INSIDE.node} ${INSIDE.app}/dist/stand-in/main.js`;
    await rig.shell(`tmux -f /dev/null new-session -d -x 100 -y 30 ${standIn}`);
    await rig.shell(`for i in $(seq 2 ${AGENTS}); do tmux new-window -d ${standIn}; done`);
    pids = await agentPids();
    expect(pids.split(' ')).toHaveLength(AGENTS);
  });
  afterAll(() => rig.shell('tmux kill-server || true'));

  it('stands in place and starts at login, and lingering that is off is told with its command', async () => {
    const end = expectEnd(await tmo('service install'), 0, /installed: .*tmux-orchestrator\.service/);
    expect(end.stderr).toMatch(/lingering is off[\s\S]*loginctl enable-linger[\s\S]*service start/);
    expect(await rig.shell(`readlink ${LINK}`)).toBe(UNIT);
    expect(await show('UnitFileState')).toBe('enabled');
    expect(await show('NeedDaemonReload')).toBe('no');
    await rig.shell(`systemd-analyze --user verify --man=no --recursive-errors=no ${UNIT}`);
  });

  it('is left alone when it is installed again', async () => {
    const inode = await rig.shell(`stat -c %i ${UNIT}`);
    expectEnd(await tmo('service install'), 0, /already installed and current/);
    expect(await rig.shell(`stat -c %i ${UNIT}`)).toBe(inode);
  });

  it('does not run yet, which status tells by 3', async () => {
    expectEnd(await tmo('service status'), 3, /worker +stopped[\s\S]*service start/);
  });

  it('starts, and is ready then', async () => {
    expectEnd(await tmo('service start'), 0, /was started \(pid \d+\)/);
    const status = JSON.parse(expectEnd(await tmo('service status --json'), 0, /running/).stdout);
    expect(status).toMatchObject({
      activity: 'running',
      enabled: true,
      file: { status: 'current' },
      linger: false,
    });
    expect(String(status.pid)).toBe(await show('MainPID'));
    const seen = JSON.parse(expectEnd(await tmo('status --json'), 0, /agents/).stdout);
    expect(seen.agents).toHaveLength(AGENTS);
  });

  it('is started only once', async () => {
    const before = await show('MainPID');
    expectEnd(await tmo('service start'), 0, /runs already/);
    expect(await show('MainPID')).toBe(before);
  });

  it('restarts with another worker and the same agents', async () => {
    const before = await show('MainPID');
    expectEnd(await tmo('service restart'), 0, /was restarted/);
    expect(await show('MainPID')).not.toBe(before);
    expect(await agentPids()).toBe(pids);
  });

  const doctor = async (env: Record<string, string> = {}, main = `${COPY}/dist/cli/main.js`) => {
    const { stdout } = await rig.run([INSIDE.node, main, 'doctor', '--json'], { env });
    const checks: { name: string; status: string; detail: string; remedy: string | null }[] =
      JSON.parse(stdout).checks;
    return (name: string) => checks.find((check) => check.name === name);
  };

  it('passes doctor, which tells what a shell would not', async () => {
    const check = await doctor();
    for (const name of ['service', 'service state', 'service program', 'service PATH', 'version']) {
      expect(check(name)).toMatchObject({ status: 'ok' });
    }
    expect(check('lingering')).toMatchObject({
      status: 'warn',
      remedy: expect.stringContaining('enable-linger'),
    });
  });

  it('has an agent CLI on PATH that the service has not: doctor says which and what to do', async () => {
    await rig.writeFile(`${INSIDE.home}/bin/claude`, '#!/bin/sh\n');
    await rig.shell('chmod +x ~/bin/claude');
    const check = await doctor({ PATH: `${INSIDE.home}/bin:/usr/bin:/bin` });
    expect(check('service PATH')).toMatchObject({
      ...{ status: 'warn', detail: expect.stringMatching(/^claude is on PATH here/) },
      remedy: expect.stringContaining('service install'),
    });
    expect(check('service')).toMatchObject({ status: 'ok' });
  });

  it('has a program that is gone, or another copy than the one that asks: doctor says so', async () => {
    expect((await doctor({}, INSIDE.main))('service program')).toMatchObject({
      ...{ status: 'warn', detail: expect.stringMatching(/^two copies/) },
    });
    await rig.shell(`mv ${COPY}/dist ${COPY}/away`);
    const check = await doctor({}, INSIDE.main);
    await rig.shell(`mv ${COPY}/away ${COPY}/dist`);
    expect(check('service program')).toMatchObject({
      ...{ status: 'fail', detail: expect.stringMatching(/main\.js is gone/) },
      remedy: expect.stringContaining('service install'),
    });
  });

  it('tells its log, and of one agent only', async () => {
    const all = expectEnd(await tmo('service logs'), 0, /worker started/).stdout;
    expect(all).toMatch(/Started/);
    const name = /agent=(stand-in-\d+)/.exec(all)?.[1] ?? '';
    const some = expectEnd(await tmo(`service logs --json --agent ${name}`), 0, /"agent"/).stdout.trim();
    for (const line of some.split('\n'))
      expect(JSON.parse(line)).toMatchObject({ agent: name, level: 'info' });
  });

  it('tells the newest lines, oldest first, and those since a time', async () => {
    const lines = expectEnd(await tmo('service logs --json --lines 3'), 0, /./)
      .stdout.trim()
      .split('\n');
    expect(lines).toHaveLength(3);
    const times = lines.map((line) => JSON.parse(line).at);
    expect([...times].sort()).toEqual(times);
    expectEnd(await tmo('service logs --since 2099-01-01'), 0, /no such lines/);
    expectEnd(await tmo('service logs --since whenever'), 2, /is no time/);
    expectEnd(await tmo('service logs --lines 0'), 2, /is no number/);
  });

  it('tells new lines as they come', async () => {
    await rig.shell(
      `timeout 20 ${INSIDE.node} ${INSIDE.main} service logs --follow --lines 1 >~/followed 2>&1 </dev/null & echo $! >~/follower`,
    );
    await until(() => rig.shell('cat ~/followed'));
    await rig.shell('systemctl --user reload tmux-orchestrator');
    await until(() =>
      rig.shell('grep "configuration was read again" ~/followed || { cat ~/followed; false; }'),
    );
    await rig.shell('kill -INT $(cat ~/follower)');
  });

  it('stops with 78 and the reason when the configuration is broken, and starts when it is mended', async () => {
    const config = `${INSIDE.home}/.config/tmux-orchestrator/config.yaml`;
    await rig.writeFile(config, 'watch: {intervalMs: soon}\n');
    expectEnd(await tmo('service restart'), 78, /did not come up: .*intervalMs/);
    expectEnd(await tmo('service status'), 3, /failed[\s\S]*exit code 78/);
    const log = await rig.shell('journalctl --user -u tmux-orchestrator -p err -o cat');
    expect(log).toMatch(/intervalMs/);
    await rig.shell(`rm ${config}`);
    expectEnd(await tmo('service start'), 0, /was started/);
  });

  it('is not overwritten or removed when its unit was changed by hand, unless by force', async () => {
    await rig.shell(`sed -i 's/^WatchdogSec=.*/WatchdogSec=99/' ${UNIT}`);
    for (const verb of ['install', 'uninstall']) {
      expectEnd(await tmo(`service ${verb}`), 78, /changed by hand[\s\S]*--force/);
    }
    expect(await rig.shell(`grep WatchdogSec= ${UNIT}`)).toBe('WatchdogSec=99');
    expectEnd(await tmo('service install --force'), 0, /updated/);
    expect(await rig.shell(`grep WatchdogSec= ${UNIT}`)).not.toBe('WatchdogSec=99');
    expect(await agentPids()).toBe(pids);
  });

  it('goes on with drop-ins, which no installation touches', async () => {
    await rig.writeFile(`${UNIT}.d/own.conf`, '[Service]\nNice=3\n');
    expectEnd(await tmo('service install'), 0, /already installed and current/);
    await rig.shell(`rm -r ${UNIT}.d`);
  });

  it('starts again after it failed so often that systemd would not', async () => {
    const quick = '[Unit]\nStartLimitBurst=2\n[Service]\nRestartSec=100ms\n';
    await rig.writeFile(`${UNIT}.d/quick.conf`, quick);
    await rig.shell('systemctl --user daemon-reload');
    await until(async () => {
      await rig.shell('systemctl --user kill --kill-whom=main --signal=KILL tmux-orchestrator || true');
      return (await show('ActiveState')) === 'failed';
    });
    expectEnd(await tmo('service status'), 3, /failed[\s\S]*signal 9/);
    expect((await doctor())('service state')).toMatchObject({ status: 'fail' });
    expect((await rig.run(['systemctl', '--user', 'start', 'tmux-orchestrator'])).code).not.toBe(0);
    expectEnd(await tmo('service start'), 0, /was started/);
    await rig.shell(`rm -r ${UNIT}.d && systemctl --user daemon-reload`);
    expect(await agentPids()).toBe(pids);
  });

  it('is upgraded: another worker, the same agents', async () => {
    const before = await show('MainPID');
    await rig.shell(`sed -i 's/"version": "[^"]*"/"version": "99.0.0"/' ${COPY}/package.json`);
    expect((await doctor())('version')).toMatchObject({ status: 'warn' });
    expectEnd(await tmo('service install'), 0, /updated[\s\S]*restarted the worker/);
    expect(await show('MainPID')).not.toBe(before);
    await until(async () => JSON.parse((await tmo('status --json')).stdout).worker.version === '99.0.0');
    expect(await agentPids()).toBe(pids);
  });

  it('is not taken over by another copy of the program, unless by force', async () => {
    const end = expectEnd(await original('service install'), 78, /two copies are installed/);
    expect(end.stderr).toContain(`99.0.0 (${COPY}/dist/cli/main.js)`);
    expect(end.stderr).toContain(INSIDE.main);
    expectEnd(await original('service install --force'), 0, /updated/);
    expect(await rig.shell(`grep ExecStart= ${UNIT}`)).toContain(INSIDE.main);
  });

  it('stops, and agents do not notice', async () => {
    expectEnd(await original('service stop'), 0, /stopped/);
    expect(await show('ActiveState')).toBe('inactive');
    expect(await agentPids()).toBe(pids);
  });

  it('leaves nothing behind when it is uninstalled while it runs, and agents do not notice', async () => {
    expectEnd(await original('service start'), 0, /was started/);
    const pid = await show('MainPID');
    expectEnd(await original('service uninstall'), 0, /removed/);
    await expectNothingInstalled(rig);
    expect(await rig.shell(`test -e /proc/${pid} && echo lives || echo gone`)).toBe('gone');
    expect(await rig.shell(`ls ${INSIDE.runtime} | grep tmux-orchestrator || echo none`)).toBe('none');
    expect(await agentPids()).toBe(pids);
  });
});
