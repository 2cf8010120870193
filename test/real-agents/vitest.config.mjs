import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One CLI at a time: each of them is heavy, and a starved one looks like one that hangs. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  cacheDir: join(tmpdir(), `tmo-real-agents-${process.pid}`),
  test: {
    include: ['test/real-agents/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
