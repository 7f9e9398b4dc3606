import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/chaos/**', 'test/container/**', 'test/vendors/**'],
    globalSetup: 'test/support/global-setup.ts',
    pool: 'forks',
    // Most tests wait for servers: leaving a core free, as is usual, would leave half of a small machine idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
