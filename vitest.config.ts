import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Run by `scripts/test --real-agents`.
    exclude: [...configDefaults.exclude, 'test/real-agents/**'],
    globalSetup: ['test/helpers/build.ts'],
    testTimeout: 15_000,
  },
});
