/** Measures how the CPU of each stage grows with its input, and the longest pause of the event loop. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { judgeSteps } from '../../../src/plan/guard/guard.ts';
import { prepare } from '../../../src/plan/lookup-request.ts';
import { planSteps } from '../../../src/plan/plan-sync.ts';
import { inTurns } from '../../../src/steps/in-turns.ts';
import { cutBatches } from '../../../src/store/save/changes.ts';
import { directory, mapping } from '../../../test/support/given/values.ts';
import { startPostgres } from '../../servers/postgres.ts';
import { say } from '../testbed/testbed.ts';
import { type Load, loadCompany, loadOwners } from './loading.ts';
import { company, STAGES } from './stages.ts';

export interface Growth {
  readonly name: string;
  readonly of: string;
  readonly n: number;
  /** CPU seconds at n, 2 n and 4 n. */
  readonly cpu: readonly number[];
}

/** The longest pause of the event loop, in milliseconds. */
export interface Pause {
  readonly people: number;
  readonly what: string;
  readonly step: string;
  readonly ms: number;
}

/** Each size is measured at least this often and for at least this long. The fastest round counts. */
const ROUNDS = 7;
const QUICK_SECONDS = 3;
const SIZES = [1, 2, 4];

/** Measures every stage at three sizes. The fastest round counts, because other load only makes a round slower. */
export async function measureGrowth(): Promise<readonly Growth[]> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres());
  const stages = [
    ...STAGES.map(({ prepare, ...stage }) => ({
      ...stage,
      open: async (n: number): Promise<Load> => ({ run: prepare(n), close: async () => undefined }),
    })),
    { name: 'loading', of: 'groups', n: 5_000, open: (n: number) => loadCompany(postgres, n) },
    {
      name: 'loading owners',
      of: 'inactive accounts',
      n: 12_500,
      open: (n: number) => loadOwners(postgres, n),
    },
  ];
  const measured: Growth[] = [];
  for (const { open, ...stage } of stages) {
    const cpu = await leastCpu(await Promise.all(SIZES.map(times => open(stage.n * times))));
    say(`${stage.name}: ${cpu.map(seconds => seconds.toFixed(3)).join(' s, ')} s`);
    measured.push({ ...stage, cpu });
  }
  return measured;
}

/** Measures the sizes in turns, so that other load of the machine affects all of them. */
async function leastCpu(loads: readonly Load[]): Promise<readonly number[]> {
  const least = loads.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0, spent = 0; round < ROUNDS || spent < QUICK_SECONDS; round++)
    for (const [at, { run }] of loads.entries()) {
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      least[at] = Math.min(least[at] ?? seconds, seconds);
      spent += seconds;
    }
  for (const { close } of loads) await close();
  return least;
}

const L = { people: 100_000, groups: 10_000, members: 50 };
const settings = directory({ mappings: [mapping({ merge: true })] });

/** Measures the steps of planning, in turns as in a run, at multiples of the size L, with `merge`. */
export async function measurePauses(times: readonly number[]): Promise<readonly Pause[]> {
  const pauses: Pause[] = [];
  for (const factor of times)
    for (const difference of ['same', 'new', 'leaving'] as const) {
      const [seen, state] = company(L.people * factor, L.groups * factor, L.members, difference);
      const people = L.people * factor;
      const measured = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
        const { ms, result } = await longestPause(work);
        say(`${people} people, ${difference}, ${step}: ${Math.round(ms)} ms`);
        pauses.push({ people, what: difference, step, ms });
        return result;
      };
      await measured('what to load', () => inTurns(prepare(seen, settings)));
      const plan = await measured('plan', () => inTurns(planSteps(seen, state, settings)));
      await measured('guard', () => inTurns(judgeSteps(plan, settings)));
      await measured('batches', async () => cutBatches(plan.changes));
    }
  return pauses;
}

async function longestPause<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await pause(50);
  const result = await work();
  await pause(50);
  delay.disable();
  return { ms: delay.max / 1e6, result };
}
