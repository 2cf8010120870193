import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE, type Rig, type RigEnd } from './rig/rig.ts';

const UNIT = `${INSIDE.home}/.config/systemd/user/tmux-orchestrator.service`;
const LINK = `${INSIDE.home}/.config/systemd/user/default.target.wants/tmux-orchestrator.service`;
const RUNTIME = `${INSIDE.runtime}/tmux-orchestrator`;
/** A copy that the user may write to, as npm installs one below the home directory. */
const COPY = `${INSIDE.home}/copy`;
const AGENTS = 10;

await describeInRig('tmux-orchestrator service', (rig) => {
  const tmo = (words: string, env: Record<string, string> = {}) =>
    rig.run([INSIDE.node, `${COPY}/dist/cli/main.js`, ...words.split(' ')], { env });
  const original = (words: string) => rig.run([INSIDE.node, INSIDE.main, ...words.split(' ')]);
  const show = (property: string) =>
    rig.shell(`systemctl --user show --property=${property} --value tmux-orchestrator`);

  beforeAll(async () => {
    await rig.shell(`mkdir ${COPY} && cd ${INSIDE.app} && cp -r dist package.json systemd launchd ${COPY}`);
    await rig.shell(`ln -s ${INSIDE.app}/node_modules ${COPY}/node_modules`);
  });
  afterAll(() => rig.shell('tmux kill-server || true'));

  describe('before it is installed', () => {
    it.each(['status', 'start', 'stop', 'restart'])('%s says so and ends with 4', async (verb) => {
      expectEnd(await tmo(`service ${verb}`), 4, /not installed[\s\S]*service install/);
    });

    it('uninstall has nothing to do', async () => {
      expectEnd(await tmo('service uninstall'), 0, /was not installed/);
    });

    it('a dry run shows the file and the commands, and does nothing', async () => {
      const end = expectEnd(
        await tmo('service install --dry-run'),
        0,
        /run systemctl --user enable tmux-orchestrator/,
      );
      expect(end.stdout).toContain(`write ${UNIT}:`);
      expect(end.stdout).toContain(
        `ExecStart="${INSIDE.node}" "${COPY}/dist/cli/main.js" run --supervisor systemd`,
      );
      await expectNothingInstalled(rig);
    });
  });

  describe('bad input leaves nothing half installed', () => {
    it('no runtime directory is named: the command that names it is told', async () => {
      const end = await rig.run([
        'env',
        '-u',
        'XDG_RUNTIME_DIR',
        INSIDE.node,
        INSIDE.main,
        'service',
        'install',
      ]);
      expectEnd(end, 78, /XDG_RUNTIME_DIR is not set[\s\S]*export XDG_RUNTIME_DIR=\/run\/user\/4242/);
      await expectNothingInstalled(rig);
    });

    it('there is no systemd and no launchd: how to run by hand and in a container is told', async () => {
      const hidden = `mount -t tmpfs none /run/systemd && ${INSIDE.node} ${INSIDE.main} service install`;
      const end = await rig.run(['unshare', '--user', '--map-root-user', '--mount', 'bash', '-c', hidden]);
      expectEnd(end, 78, /neither systemd nor launchd[\s\S]*tmux-orchestrator run[\s\S]*container/);
      await expectNothingInstalled(rig);
    });

    it.each([
      ['of somebody else', '/root', /belongs to user 0|permission denied/i],
      ['that is not there', '/nowhere', /no such file/],
    ])('a runtime directory %s', async (_, directory, words) => {
      expectEnd(await tmo('service install', { XDG_RUNTIME_DIR: directory }), 78, words);
      await expectNothingInstalled(rig);
    });

    it('a home that cannot be written to', async () => {
      await rig.shell('mkdir -p ~/.config/systemd && chmod 500 ~/.config/systemd');
      try {
        expectEnd(
          await tmo('service install'),
          78,
          /systemd\/user cannot be written[\s\S]*everything is as it was before/,
        );
      } finally {
        await rig.shell('chmod 700 ~/.config/systemd && rmdir ~/.config/systemd');
      }
      await expectNothingInstalled(rig);
    });

    it('a full disk', async () => {
      const folder = `${INSIDE.home}/.config/systemd/user`;
      // Only a user namespace lets somebody who is not root mount a small file system.
      const inner = `mount -t tmpfs -o size=4k,mode=0777 small ${folder} && head -c 4096 /dev/zero >${folder}/filler`;
      const install = `unshare --user --map-user=4242 --map-group=4242 ${INSIDE.node} ${INSIDE.main} service install`;
      const after = `code=$?; ls -A ${folder} | grep -v '^filler$'; exit $code`;
      await rig.shell(`mkdir -p ${folder}`);
      const script = `${inner} && ${install}; ${after}`;
      const end = await rig.run(['unshare', '--user', '--map-root-user', '--mount', 'bash', '-c', script]);
      expectEnd(end, 1, /no room on the disk/);
      expect(end.stdout).toBe('');
      await rig.shell(`rmdir ${folder} && rmdir ~/.config/systemd`);
      await expectNothingInstalled(rig);
    });

    it('a manager that refuses to enable the unit: the file is taken back', async () => {
      await rig.writeFile(
        `${INSIDE.home}/refusing/systemctl`,
        '#!/bin/sh\n[ "$2" = enable ] && { echo "Failed to enable unit: on purpose" >&2; exit 1; }\nexec /usr/bin/systemctl "$@"\n',
      );
      await rig.shell('chmod +x ~/refusing/systemctl');
      const PATH = `${INSIDE.home}/refusing:/usr/bin:/bin`;
      expectEnd(await tmo('service install', { PATH }), 1, /on purpose[\s\S]*everything is as it was before/);
      await expectNothingInstalled(rig);
    });
  });

  describe('installed', () => {
    let pids: string;
    const agentPids = () => rig.shell("tmux list-panes -a -F '#{pane_pid}' | sort | tr '\\n' ' '");

    beforeAll(async () => {
      const standIn = `${INSIDE.node} ${INSIDE.app}/dist/stand-in/main.js`;
      await rig.shell(`tmux -f /dev/null new-session -d -x 100 -y 30 ${standIn}`);
      await rig.shell(`for i in $(seq 2 ${AGENTS}); do tmux new-window -d ${standIn}; done`);
      pids = await agentPids();
      expect(pids.split(' ')).toHaveLength(AGENTS);
    });

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

    it('passes doctor, which tells what a shell would not', async () => {
      const { stdout } = await tmo('doctor --json');
      const checks: { name: string; status: string; remedy: string | null }[] = JSON.parse(stdout).checks;
      const status = Object.fromEntries(checks.map((check) => [check.name, check.status]));
      expect(status).toMatchObject({
        ...{ service: 'ok', 'service state': 'ok', 'service program': 'ok', 'service PATH': 'ok' },
        ...{ lingering: 'warn', version: 'ok' },
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

    it('is upgraded: another worker, the same agents', async () => {
      const before = await show('MainPID');
      await rig.shell(`sed -i 's/"version": "[^"]*"/"version": "99.0.0"/' ${COPY}/package.json`);
      const { checks } = JSON.parse((await tmo('doctor --json')).stdout);
      expect(checks).toContainEqual(expect.objectContaining({ name: 'version', status: 'warn' }));
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
});

async function expectNothingInstalled(rig: Rig): Promise<void> {
  const left =
    'find ~/.config -name "*tmux-orchestrator*" -path "*systemd*" 2>/dev/null; ls -d ~/.config/systemd 2>/dev/null; true';
  expect(await rig.shell(left)).toBe('');
  const state = await rig.shell('systemctl --user show --property=LoadState,ActiveState tmux-orchestrator');
  expect(state.split('\n').sort()).toEqual(['ActiveState=inactive', 'LoadState=not-found']);
  expect(await rig.shell(`test -e ${RUNTIME} && echo there || echo gone`)).toBe('gone');
}

function expectEnd(end: RigEnd, code: number, words: RegExp): RigEnd {
  expect({ code: end.code, said: end.stdout + end.stderr }).toEqual({
    code,
    said: expect.stringMatching(words),
  });
  return end;
}
