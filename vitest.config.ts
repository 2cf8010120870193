import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, the first of them first: begun late, one of them would run on alone at the end. */
const LONGEST = [
  'e2e/recovery',
  'e2e/delivery/',
  'security/random',
  'e2e/spawn',
  'e2e/messages',
  'systemd/',
  'readme',
  'e2e/',
  'stand-in/',
  'mcp/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((part) => moduleId.includes(`/test/${part}`));
  return rank < 0 ? LONGEST.length : rank;
}

/** Tests of pure functions on plain data: they leave nothing behind and may share a process, which saves loading the same modules. */
const UNITS = 'test/{agents,api,base,core,host,model,operations,store,tmux}/**/*.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/build.ts'],
    // Ends what hangs; how long things take is for the benchmark to say.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Most end-to-end tests wait for agents; more of them than cores keep these in use.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'units', include: [UNITS], isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          // Real agents are run by `scripts/test --real-agents`.
          exclude: [...configDefaults.exclude, UNITS, 'test/real-agents/**'],
        },
      },
    ],
  },
});
