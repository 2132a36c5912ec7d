import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'tests/**/*.test.ts'],
    // Two at a time: CI has two processors.
    maxWorkers: 2,
    // No test is a measure of time: these end what hangs, on a slow machine that others work on, too.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
