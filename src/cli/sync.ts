/** rollcall sync: a manual resync through the queue, watched until it ends. */
import { setTimeout as delay } from 'node:timers/promises';
import { openSyncing, type Syncing } from '../app/syncing.ts';
import type { Run } from '../run.ts';
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
import { bar, progressOf } from './progress.ts';
import { describeRun } from './run-text.ts';

const POLL_MS = 150;
const PATIENCE_MS = 5_000;

interface SyncFlags extends CommonFlags {
  readonly group?: string;
  readonly once?: boolean;
  readonly wait: boolean;
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
    .option('--json', 'print the runs as JSON')
    .addHelpText('after', HELP)
    .action(async (names: string[], flags: SyncFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      const directories = chooseDirectories(names, settings.directories);
      await using syncing = await openSyncing(settings, commandLog(settings.log.level), {
        work: flags.once === true,
      });
      const requestedBy = caller();
      const queued: Run[] = [];
      for (const { name } of directories) {
        queued.push(
          await syncing.request({ directory: name, requestedBy, ...(flags.group && { group: flags.group }) }),
        );
      }
      const runs = flags.wait ? await watchAll(syncing, queued, surroundings) : queued;
      if (flags.json) printJson(surroundings, runs);
      else
        for (const run of runs)
          print(surroundings, `${run.directory}: run ${run.id} ${run.status}. ${describeRun(run)}`);
      exit(exitCode(runs));
    });
};

async function watchAll(
  syncing: Syncing,
  queued: readonly Run[],
  surroundings: Surroundings,
): Promise<Run[]> {
  const ended: Run[] = [];
  for (const run of queued) ended.push(await watch(syncing, run, surroundings));
  return ended;
}

async function watch(syncing: Syncing, queued: Run, { stderr }: Surroundings): Promise<Run> {
  const started = performance.now();
  let shown = '';
  let warned = false;
  for (;;) {
    const run = await syncing.look(queued.id);
    if (run.finishedAt !== undefined) {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
      return run;
    }
    const { text, share } = progressOf(run);
    if (stderr.isTTY) stderr.write(`\r\u001b[K${run.directory} ${bar(share)} ${text}`);
    else if (run.status !== shown) stderr.write(`${run.directory}: ${text}\n`);
    shown = run.status;
    if (!warned && run.status === 'queued' && performance.now() - started > PATIENCE_MS) {
      warned = true;
      stderr.write(`\n${NO_WORKER}\n`);
    }
    await delay(POLL_MS);
  }
}

function exitCode(runs: readonly Run[]): number {
  const has = (status: Run['status']) => runs.some(run => run.status === status);
  if (has('failed') || has('rejected')) return EXIT.failed;
  if (has('held')) return EXIT.held;
  return has('partial') ? EXIT.partial : EXIT.ok;
}

const NO_WORKER =
  'No worker has taken the run yet. Is "rollcall serve" running with the role worker? "rollcall sync --once" needs none.';

const HELP = `
Exit codes: 0 done, 2 bad configuration or usage, 3 removals are held, 4 some groups failed, 5 failed.

Examples:
  rollcall sync                     every directory, through the running service
  rollcall sync corp --once         works by itself: for cron or a Kubernetes CronJob
  rollcall sync corp --group eng-api
  rollcall sync --no-wait --json`;
