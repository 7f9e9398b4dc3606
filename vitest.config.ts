import { defineConfig } from 'vitest/config';
import { machineSlowness } from './test/support/observe/until.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/chaos/**', 'test/container/**', 'test/upgrade/**', 'test/vendors/**'],
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    // Most tests wait for servers: leaving a core free, as is usual, would leave half of a small machine idle.
    maxWorkers: '100%',
    // Others may be at work on this machine, and containers are slower than programs (G35).
    testTimeout: 30_000 * machineSlowness(),
    hookTimeout: 60_000 * machineSlowness(),
  },
});
