import { expect, it } from 'vitest';
import { describeInRig } from './rig/describe-in-rig.ts';
import { INSIDE } from './rig/rig.ts';
await describeInRig('rig', (rig) => {
  it('works', async () => {
    console.log(await rig.run([INSIDE.node, INSIDE.main, '--version']));
    await rig.writeFile('/home/rig/a/b c', 'x');
    console.log(await rig.shell('systemctl --user is-system-running; cat "a/b c"; id'));
    expect(1).toBe(1);
  });
});
