/** Vitest for the tests of the container image. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/container/**/*.test.ts'],
    root: '.',
    testTimeout: 240_000,
    // The first build downloads its packages.
    hookTimeout: 900_000,
  },
});
