/** Vitest for the tests with real directory servers. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vendors/**/*.test.ts'],
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    // Each file mostly waits for its own server.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
