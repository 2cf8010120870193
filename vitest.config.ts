import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Run by `scripts/test --real-agents`.
    exclude: [...configDefaults.exclude, 'test/real-agents/**'],
    globalSetup: ['test/helpers/build.ts'],
    // Ends what hangs; how long things take is for the benchmark to say.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Most end-to-end tests wait for agents; more of them than cores keep these in use.
    maxWorkers: 4,
  },
});
