/** rollcall plan: prints what a sync would change. Writes nothing. */
import type { OpenedSnapshot } from '../../app/commands/snapshot.ts';
import { DirectoryError, messageOf, UsageError } from '../../errors.ts';
import type { Planned } from '../../model/run.ts';
import { describePlan, isPending, shadowCounts } from '../../plan/report/describe-plan.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  chooseDirectories,
  EXIT,
  type LimitFlags,
  limitOf,
  newCommand,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { planAgainst } from './plan-against.ts';

type Answer = { readonly directory: string } & (Planned | { readonly error: DirectoryError });

/** Adds `rollcall plan`. */
export const addPlan: AddCommand = (program, context, exit) => {
  newCommand(program, 'plan [directory...]', 'the plan')
    .description('Dry run: read the directories and print what a sync would change. Writes nothing.')
    .option('--group <dn-or-name>', 'only this directory group')
    .option('--user <name-or-dn>', 'only this person, in all groups')
    .option(
      '--against <running-or-file>',
      'what changes compared with the configuration in use, or with a file',
    )
    .option('--snapshot <file>', 'read this file of "rollcall snapshot save" instead of the directory')
    .addHelpText('after', HELP)
    .action(async (names: string[], flags: PlanFlags) => {
      const limit = limitOf(flags);
      const { against } = flags;
      if (against !== undefined && flags.snapshot !== undefined)
        throw new UsageError('give either --against or --snapshot');
      if (against !== undefined)
        return exit(await planAgainst(names, wholeOnly({ ...flags, against }), context));
      const snapshot = await snapshotOf(flags, names);
      const answers = snapshot?.planAlone
        ? [await planOne(snapshot.directory, snapshot.planAlone)]
        : await planAll(flags, context, { names, limit, snapshot });
      printAnswer(flags, context, answers.map(asJson), answers.flatMap(describe));
      exit(Math.max(...answers.map(exitCode), EXIT.ok));
    });
};

interface PlanFlags extends CommonFlags, LimitFlags {
  readonly snapshot?: string;
  readonly against?: string;
}

async function planAll(
  flags: PlanFlags,
  context: CommandContext,
  { names, limit, snapshot }: Wanted,
): Promise<Answer[]> {
  const settings = await settingsOf(flags, context);
  const wanted = snapshot && names.length === 0 ? [snapshot.directory] : names;
  const directories = chooseDirectories(wanted, settings.directories);
  const { openRecords } = await import('../../app/operations/database.ts');
  await using records = await openRecords(settings);
  const answers: Answer[] = [];
  for (const directory of directories) {
    const plan = () => (snapshot ? snapshot.plan(records.db, directory) : records.plan(directory, limit));
    answers.push(await planOne(directory.name, plan));
  }
  return answers;
}

interface Wanted {
  readonly names: readonly string[];
  readonly limit: LimitFlags;
  readonly snapshot: OpenedSnapshot | undefined;
}

/** Throws UsageError for a comparison of one group or person. */
function wholeOnly<Flags extends LimitFlags>(flags: Flags): Flags {
  if (flags.group === undefined && flags.user === undefined) return flags;
  throw new UsageError('--against compares whole directories: leave out --group and --user');
}

/** The snapshot to plan from, if the flags name one. Throws UsageError. */
async function snapshotOf(
  { snapshot, group, user, config }: PlanFlags,
  names: readonly string[],
): Promise<OpenedSnapshot | undefined> {
  if (snapshot === undefined) return undefined;
  if (group !== undefined || user !== undefined || names.length > 1)
    throw new UsageError(
      '--snapshot plans one whole directory: give at most one directory, no --group and no --user',
    );
  const { openSnapshot } = await import('../../app/commands/snapshot.ts');
  const opened = await openSnapshot(snapshot);
  if (opened.planAlone && (config !== undefined || names.length > 0))
    throw new UsageError(
      'an anonymised snapshot is planned with the configuration in it: give no directory and no --config',
    );
  return opened;
}

async function planOne(directory: string, plan: () => Promise<Planned>): Promise<Answer> {
  try {
    return { directory, ...(await plan()) };
  } catch (error) {
    if (error instanceof DirectoryError) return { directory, error };
    throw error;
  }
}

function describe(answer: Answer): string[] {
  const lines =
    'error' in answer
      ? [`failed: ${messageOf(answer.error)}`]
      : describePlan(answer.plan, answer.verdict, answer.shadow);
  return [`${answer.directory}:`, ...lines.map(line => `  ${line}`)];
}

function asJson(answer: Answer) {
  if ('error' in answer)
    return { directory: answer.directory, error: answer.error.code, message: answer.error.message };
  const { directory, plan, verdict, shadow } = answer;
  const held = new Map(verdict.holds.map(hold => [hold.change, hold.reason]));
  return {
    directory,
    pending: isPending(plan),
    counts: plan.counts,
    held: verdict.reasons,
    newTeams: plan.newTeams,
    changes: plan.changes.map(({ desired, add, remove, ...change }, index) => ({
      ...change,
      members: desired.length,
      add: add.length,
      remove: remove.length,
      held: held.get(index),
    })),
    warnings: plan.warnings,
    ...(shadow && { shadow: shadowCounts(shadow) }),
  };
}

function exitCode(answer: Answer): number {
  if ('error' in answer) return EXIT.failed;
  if (answer.verdict.reasons.length > 0) return EXIT.held;
  return isPending(answer.plan) ? EXIT.pending : EXIT.ok;
}

const HELP = `
Exit codes: 0 nothing to do, 1 changes pending, 3 the guard would hold removals, 5 a directory could not be read.
With --against: 0 no difference, 1 a difference, 3 the guard would hold a part of the difference, or does not trust the read, 5 as above.

Examples:
  rollcall plan                     every directory
  rollcall plan corp                one directory
  rollcall plan corp --group "cn=eng-api,ou=groups,dc=example,dc=com"
  rollcall plan corp --user alice
  rollcall plan --config proposed.yaml --against running
  rollcall plan --config proposed.yaml --against main.yaml --json
  rollcall plan --snapshot corp.snapshot
  rollcall plan --json | jq '.[].counts'`;
