/** Measures reads and syncs for their budgets, and in the same run ldapsearch and COPY, with which these are compared. */
import type { Settings } from '../../src/model/settings.ts';
import type { Organisation, Size } from '../organisation/model/model.ts';
import { changeOnePercent } from './one-per-cent.ts';
import { exportTables, timeCopy, timeLdapsearch } from './references.ts';
import { runTask } from './testbed/processes.ts';
import type { Figures } from './testbed/report.ts';
import type { Measured } from './testbed/task.ts';
import { freshDatabase, say, settingsOn, startTestbed } from './testbed/testbed.ts';

/** Half a per cent of the memberships of size L are removed and as many are added. */
const CHANGES: Readonly<Record<Size, number>> = { S: 10, M: 500, L: 5_000 };

/** Measures all `Figures`; those with rounds are repeated that often. */
export async function measureBudgets(organisation: Organisation, rounds: number): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const testbed = await startTestbed(organisation, stack);
  const { folder, slapd } = testbed;
  const [first, second] = [await freshDatabase(testbed, 'measured'), await freshDatabase(testbed, 'copied')];
  const settings = settingsOn(testbed, { url: first });
  const measure = (...task: string[]) => runTask<Measured>('task.ts', settings, ...task);
  const few = fewGroups(organisation);
  const [directory] = settings.directories;
  if (directory === undefined) throw new Error('unreachable: one directory was just made');

  const reads: Measured[] = [];
  const dumps: number[] = [];
  for (let round = 0; round < rounds; round++) {
    dumps.push(await step('ldapsearch dump', () => timeLdapsearch(directory, folder)));
    reads.push(await step('full read', () => measure('read')));
  }
  const mapped =
    few.length < FEW
      ? undefined
      : await step('ten mapped groups', () =>
          runTask<Measured>('task.ts', onlyMapped(settings, few), 'mapped'),
        );
  const firstSync = await step('first sync', () => measure('sync'));
  await exportTables(first, folder);
  const copy = await step('COPY of the same rows', () => timeCopy(second, folder));
  const quiet: Measured[] = [];
  for (let round = 0; round < rounds; round++)
    quiet.push(await step('nothing changed', () => measure('sync')));
  const schedule = await step('unchanged schedule', () => measure('schedule'));
  const changes = await changeOnePercent(organisation, slapd, CHANGES[organisation.size]);
  const changed = await step(`${changes} memberships changed`, () => measure('sync'));
  const [group] = organisation.groups.filter(
    ({ shape, members }) => shape === 'groupOfNames' && members.length === 50,
  );
  const one = group && (await step('one group, again and again', () => measure('group', group.cn)));
  const { size } = organisation;
  const figures = { dumps, reads, ...(mapped && { mapped }), firstSync, copy, quiet, schedule, changed };
  return { size, ...figures, one: one?.each ?? [] };
}

const FEW = 10;

/** The names of ten groups of 50 people. */
function fewGroups({ groups }: Organisation): string[] {
  const some = groups.filter(({ shape, members }) => shape === 'groupOfNames' && members.length === 50);
  return some.slice(0, FEW).map(({ cn }) => cn);
}

/** The same settings with one mapping, which matches only these groups. */
function onlyMapped(settings: Settings, names: readonly string[]): Settings {
  const filter = `(|${names.map(cn => `(cn=${cn})`).join('')})`;
  const directories = settings.directories.map(directory => ({
    ...directory,
    mappings: directory.mappings.slice(0, 1).map(first => ({ ...first, groups: { filter } })),
  }));
  return { ...settings, directories };
}

async function step<T extends Measured | number>(what: string, work: () => Promise<T>): Promise<T> {
  const found = await work();
  const ms = typeof found === 'number' ? found : found.ms;
  const more =
    typeof found === 'number' ? '' : `, peak ${found.peakMiB} MiB, pause ${found.pauseMs} ms, ${found.did}`;
  say(`${what}: ${(ms / 1000).toFixed(2)} s${more}`);
  return found;
}
