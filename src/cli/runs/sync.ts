/** rollcall sync: queues a manual run and follows it until it ends. */
import type { SyncSession } from '../../app/commands/sync.ts';
import { UsageError } from '../../errors.ts';
import type { Run } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { unresolvedWarning } from '../../plan/report/describe-plan.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  caller,
  chooseDirectories,
  commandLog,
  EXIT,
  type LimitFlags,
  limitOf,
  newCommand,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { requireReason } from '../terminal/confirm.ts';
import { describeRun } from './describe-run.ts';
import { watchRun } from './watch-run.ts';

const POLL_MS = 150;

interface SyncFlags extends CommonFlags, LimitFlags {
  readonly once?: boolean;
  readonly wait: boolean;
  readonly acceptOlder?: boolean;
  readonly reason?: string;
}

/** Adds `rollcall sync`. */
export const addSync: AddCommand = (program, context, exit) => {
  newCommand(program, 'sync [directory...]', 'the runs')
    .description('Sync now: queue a run for each directory and show its progress until it ends.')
    .option('--group <dn-or-name>', 'only this directory group')
    .option('--user <name-or-dn>', 'only this person, in all groups')
    .option('--once', 'also process the queue in this process; no running service is needed')
    .option('--no-wait', 'queue the run and exit')
    .option(
      '--accept-older',
      'trust a server that is behind the last complete read, because it was restored from a backup',
    )
    .option('--reason <text>', 'with --accept-older: why; recorded with the run')
    .addHelpText('after', HELP)
    .action(async (names: string[], flags: SyncFlags) => {
      const special = specialOf(names, flags);
      const settings = await settingsOf(flags, context);
      const directories = chooseDirectories(names, settings.directories);
      if (flags.user !== undefined && directories.length > 1)
        throw new UsageError('--user requires the name of one directory');
      const { openSyncSession } = await import('../../app/commands/sync.ts');
      await using session = await openSyncSession(settings, await commandLog(settings.log.level), {
        work: flags.once === true,
      });
      const requestedBy = caller();
      const queued: Run[] = [];
      for (const { name } of directories) {
        queued.push(await session.request({ directory: name, requestedBy, ...special }));
      }
      const runs = flags.wait ? await watchAll(session, queued, context) : queued;
      printAnswer(
        flags,
        context,
        runs,
        runs.flatMap(run => linesOf(run, settings)),
      );
      exit(exitCode(runs));
    });
};

function linesOf(run: Run, { directories }: Settings): string[] {
  const { directory, counts } = run;
  const users = directories.find(({ name }) => name === directory)?.users;
  const warnings = counts.plan && users ? unresolvedWarning(counts.plan, users) : [];
  return [
    `${directory}: run ${run.id} ${run.status}. ${describeRun(run)}`,
    ...warnings.map(warning => `${directory}: warning: ${warning}`),
  ];
}

/** The options of the run request. Throws UsageError for flags that exclude each other. */
function specialOf(names: readonly string[], flags: SyncFlags) {
  const { acceptOlder = false, reason } = flags;
  if (!acceptOlder && reason !== undefined) throw new UsageError('--reason requires --accept-older');
  const limit = limitOf(flags);
  if (!acceptOlder) return limit;
  if (names.length === 0) throw new UsageError('--accept-older requires the names of the directories');
  if (Object.keys(limit).length > 0)
    throw new UsageError('--accept-older applies to a whole directory: omit --group and --user');
  return { acceptOlder: requireReason(reason) };
}

async function watchAll(
  session: SyncSession,
  queued: readonly Run[],
  context: CommandContext,
): Promise<Run[]> {
  const ended: Run[] = [];
  for (const run of queued) ended.push(await watchRun(session.follow(run.id, POLL_MS), context));
  return ended;
}

function exitCode(runs: readonly Run[]): number {
  const has = (status: Run['status']) => runs.some(run => run.status === status);
  if (has('failed') || has('rejected') || has('superseded')) return EXIT.failed;
  if (has('held') || runs.some(({ counts }) => counts.held?.run !== undefined)) return EXIT.held;
  return has('partial') ? EXIT.partial : EXIT.ok;
}

const HELP = `
Exit codes: 0 done, 2 bad configuration or usage, 3 removals are held, 4 some groups failed, 5 failed.

Examples:
  rollcall sync                     every directory, through the running service
  rollcall sync corp --once         needs no service: for cron or a Kubernetes CronJob
  rollcall sync corp --group eng-api
  rollcall sync corp --user alice   in all groups, from the directory as it is now
  rollcall sync --no-wait --json
  rollcall sync corp --accept-older --reason "restored from the backup of Monday, CHG-1234"`;
