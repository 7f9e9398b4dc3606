import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { machineSlowness } from './test/support/observe/until.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/chaos/**', 'test/container/**', 'test/upgrade/**', 'test/vendors/**'],
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    // A process keeps the modules that it loaded for the next file. Tests leave no state in modules or in the process.
    isolate: false,
    // Most tests wait for servers and timers, so one more file than cores keeps all cores busy.
    maxWorkers: availableParallelism() + 1,
    // Other programs may use this machine, and containers are slower than programs (G35).
    testTimeout: 60_000 * machineSlowness(),
    hookTimeout: 60_000 * machineSlowness(),
    expect: { poll: { timeout: 15_000 * machineSlowness() } },
  },
});
