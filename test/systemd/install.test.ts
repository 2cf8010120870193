import { beforeAll, describe, expect, it } from 'vitest';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE } from './rig/rig.ts';
import { COPY, expectEnd, expectNothingInstalled, makeCopy, runCopy, UNIT } from './rig/service-command.ts';

await describeInRig('tmux-orchestrator service, where it is not installed', (rig) => {
  const tmo = (words: string, env?: Record<string, string>) => runCopy(rig, words, env);
  beforeAll(() => makeCopy(rig));

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

    const folder = `${INSIDE.home}/.config/systemd/user`;
    /** Only in a user namespace may somebody who is not root mount a file system. */
    const installOn = async (mount: string) => {
      const install = `unshare --user --map-user=4242 --map-group=4242 ${INSIDE.node} ${INSIDE.main} service install`;
      const script = `${mount} && ${install}; code=$?; ls -A ${folder} | grep -v '^filler$'; exit $code`;
      await rig.shell(`mkdir -p ${folder}`);
      const end = await rig.run(['unshare', '--user', '--map-root-user', '--mount', 'bash', '-c', script]);
      await rig.shell(`rmdir ${folder} && rmdir ~/.config/systemd`);
      return end;
    };

    it.each([
      [
        'a full disk',
        `mount -t tmpfs -o size=4k,mode=0777 small ${folder} && head -c 4096 /dev/zero >${folder}/filler`,
        1,
        /no room on the disk/,
      ],
      ['a disk that is read-only', `mount -t tmpfs -o ro none ${folder}`, 78, /cannot be written: EROFS/],
    ])('%s', async (_, mount, code, words) => {
      const end = expectEnd(await installOn(mount), code, words);
      expect(end.stdout).toBe('');
      expect(end.stderr).toMatch(/everything is as it was before/);
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
});
