import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vendors/**/*.test.ts'],
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    // Each mostly waits for a server of its own.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
