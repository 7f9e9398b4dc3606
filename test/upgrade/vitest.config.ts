/** Vitest for the tests of upgrades. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/upgrade/**/*.test.ts'], pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 },
});
