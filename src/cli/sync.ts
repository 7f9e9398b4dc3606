/** rollcall sync: a manual resync through the queue, watched until it ends. */
import { openSyncing, type Syncing } from '../app/syncing.ts';
import { UsageError } from '../errors.ts';
import { describeLost } from '../plan/describe.ts';
import type { Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import { requireReason } from './confirm.ts';
import {
  type AddCommand,
  type CommonFlags,
  caller,
  chooseDirectories,
  commandLog,
  EXIT,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';
import { describeRun } from './run-text.ts';
import { watchRun } from './watch.ts';

const POLL_MS = 150;

interface SyncFlags extends CommonFlags {
  readonly group?: string;
  readonly once?: boolean;
  readonly wait: boolean;
  readonly acceptOlder?: boolean;
  readonly reason?: string;
}

/** Adds `rollcall sync`. */
export const addSync: AddCommand = (program, surroundings, exit) => {
  program
    .command('sync [directory...]')
    .description('Resync now: enqueue a run for each directory and show it until it ends.')
    .option('--config <file>', 'configuration file')
    .option('--group <dn-or-name>', 'only this directory group')
    .option('--once', 'also work the queue in this process, so that no service need be running')
    .option('--no-wait', 'only enqueue')
    .option(
      '--accept-older',
      'believe a server that is behind the last complete read: it was restored from a backup',
    )
    .option('--reason <text>', 'with --accept-older: why; kept with the run')
    .option('--json', 'print the runs as JSON')
    .addHelpText('after', HELP)
    .action(async (names: string[], flags: SyncFlags) => {
      const special = specialOf(names, flags);
      const { settings } = await settingsOf(flags, surroundings);
      const directories = chooseDirectories(names, settings.directories);
      await using syncing = await openSyncing(settings, commandLog(settings.log.level), {
        work: flags.once === true,
      });
      const requestedBy = caller();
      const queued: Run[] = [];
      for (const { name } of directories) {
        queued.push(await syncing.request({ directory: name, requestedBy, ...special }));
      }
      const runs = flags.wait ? await watchAll(syncing, queued, surroundings) : queued;
      if (flags.json) printJson(surroundings, runs);
      else for (const line of runs.flatMap(run => linesOf(run, settings))) print(surroundings, line);
      exit(exitCode(runs));
    });
};

function linesOf(run: Run, { directories }: Settings): string[] {
  const { directory, counts } = run;
  const users = directories.find(({ name }) => name === directory)?.users;
  const warnings = counts.plan && users ? describeLost(counts.plan, users) : [];
  return [
    `${directory}: run ${run.id} ${run.status}. ${describeRun(run)}`,
    ...warnings.map(warning => `${directory}: warning: ${warning}`),
  ];
}

/** What is asked for besides a plain run. Throws UsageError for what does not go together. */
function specialOf(names: readonly string[], { group, acceptOlder = false, reason }: SyncFlags) {
  if (!acceptOlder && reason !== undefined) throw new UsageError('--reason goes with --accept-older');
  if (!acceptOlder) return group === undefined ? {} : { group };
  if (names.length === 0) throw new UsageError('--accept-older takes the directories by name');
  if (group !== undefined)
    throw new UsageError('--accept-older is about the whole directory: leave --group out');
  return { acceptOlder: requireReason(reason) };
}

async function watchAll(
  syncing: Syncing,
  queued: readonly Run[],
  surroundings: Surroundings,
): Promise<Run[]> {
  const ended: Run[] = [];
  for (const run of queued) ended.push(await watchRun(syncing.follow(run.id, POLL_MS), surroundings));
  return ended;
}

function exitCode(runs: readonly Run[]): number {
  const has = (status: Run['status']) => runs.some(run => run.status === status);
  if (has('failed') || has('rejected') || has('superseded')) return EXIT.failed;
  if (has('held')) return EXIT.held;
  return has('partial') ? EXIT.partial : EXIT.ok;
}

const HELP = `
Exit codes: 0 done, 2 bad configuration or usage, 3 removals are held, 4 some groups failed, 5 failed.

Examples:
  rollcall sync                     every directory, through the running service
  rollcall sync corp --once         works by itself: for cron or a Kubernetes CronJob
  rollcall sync corp --group eng-api
  rollcall sync --no-wait --json
  rollcall sync corp --accept-older --reason "restored from the backup of Monday, CHG-1234"`;
