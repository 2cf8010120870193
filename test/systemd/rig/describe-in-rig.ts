import { afterAll, describe, it } from 'vitest';
import { openRig, type Rig, RigUnavailable } from './rig.ts';

/**
 * A group of tests that share one rig. Where the machine cannot give one the group fails in continuous integration and is told as not
 * run elsewhere, with the reason either way.
 */
export async function describeInRig(name: string, tests: (rig: Rig) => void): Promise<void> {
  const rig = await openRig().catch((error: unknown) => {
    if (error instanceof RigUnavailable) return error.message;
    throw error;
  });
  if (typeof rig !== 'string') {
    describe(name, () => {
      afterAll(() => rig.close(), 30_000);
      tests(rig);
    });
  } else if (process.env.CI) {
    it(name, () => {
      throw new Error(rig);
    });
  } else {
    console.warn(`NOT RUN: ${name}: ${rig}`);
    it.skip(name, () => undefined);
  }
}
