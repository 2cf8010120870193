import { expect, it } from 'vitest';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE } from './rig/rig.ts';
import { renderForRig, systemdVersion } from './rig/service.ts';

/** What a systemd before 254 says of the unit that is not for it. */
const UNKNOWN_BEFORE_254 = [
  /Failed to parse service type, ignoring: notify-reload$/,
  /Unknown key(?: name)? 'OpenFile' in section/,
  /Unknown key(?: name)? 'RestartSteps' in section/,
  /Unknown key(?: name)? 'RestartMaxDelaySec' in section/,
];

await describeInRig('systemd-analyze verify', (rig) => {
  async function verify(text: string): Promise<string[]> {
    const file = `${INSIDE.home}/units/tmux-orchestrator.service`;
    await rig.writeFile(file, text);
    const words = ['systemd-analyze', '--user', 'verify', '--man=no', '--recursive-errors=no', file];
    const { code, stderr } = await rig.run(words);
    const lines = stderr.split('\n').filter((line) => line !== '');
    expect(code === 0, `exit code ${code} and: ${stderr}`).toBe(lines.length === 0);
    return lines;
  }

  it('has nothing to say of the unit for older versions', async () => {
    expect(await verify(renderForRig('tmux-orchestrator-v252.service'))).toEqual([]);
  });

  it('has nothing to say of the unit for 254 and later, but what older versions do not know', async () => {
    const lines = await verify(renderForRig('tmux-orchestrator.service'));
    const expected = (await systemdVersion(rig)) < 254 ? UNKNOWN_BEFORE_254 : [];
    expect(lines).toEqual(expected.map((line) => expect.stringMatching(line)));
  });

  it('sees what would be wrong', async () => {
    const unit = renderForRig('tmux-orchestrator-v252.service');
    for (const [right, wrong] of [
      ['StartLimitBurst=', 'StartLimitBrust='],
      ['Restart=on-failure', 'Restart=sometimes'],
      ['@system-service', '@sytem-service'],
      [`"${INSIDE.node}"`, '"/no/such/node"'],
    ] as const) {
      expect(unit).toContain(right);
      expect(await verify(unit.replace(right, wrong)), wrong).toHaveLength(1);
    }
  });
});
