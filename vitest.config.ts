import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { machineSlowness } from './test/support/observe/until.ts';

/** Vitest starts large files first on a clean checkout. These are small and take longest. */
const LONGEST = [
  'failures/lost-messages',
  'end-to-end/churn',
  'end-to-end/churn-live',
  'cli/service/serve',
  'dev/demo',
  'simulation/model',
  'simulation/every-statement',
  'kinds/mapped',
].map(name => `/test/${name}.test.ts`);

/** No core waits for one long file at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const { long = [], other = [] } = Object.groupBy(sorted, ({ moduleId }) =>
      LONGEST.some(name => moduleId.endsWith(name)) ? 'long' : 'other',
    );
    return [...long, ...other];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/chaos/**', 'test/container/**', 'test/upgrade/**', 'test/vendors/**'],
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    // A process keeps the modules that it loaded for the next file. Tests leave no state in modules or in the process.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Most tests wait for servers and timers, so one more file than cores keeps all cores busy.
    maxWorkers: availableParallelism() + 1,
    // Other programs may use this machine, and containers are slower than programs (G35).
    testTimeout: 60_000 * machineSlowness(),
    hookTimeout: 60_000 * machineSlowness(),
    expect: { poll: { timeout: 15_000 * machineSlowness() } },
  },
});
