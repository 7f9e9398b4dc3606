/** rollcall plan --against: prints what a proposed configuration would change, compared with the one in use. Writes nothing. */
import type { Records } from '../../app/operations/database.ts';
import { DirectoryError, messageOf, UsageError } from '../../errors.ts';
import type { Comparison, DirectoryRules } from '../../model/operations/comparison.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import { describeComparison, differs, isHeld } from '../../plan/report/describe-comparison.ts';
import {
  type CommandContext,
  type CommonFlags,
  chooseDirectories,
  EXIT,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';

/** What the proposed configuration is compared with: `running`, or a configuration file. */
export interface AgainstFlags extends CommonFlags {
  readonly against: string;
}

type Answer =
  | Comparison
  | { readonly directory: string; readonly error: DirectoryError }
  | { readonly directory: string; readonly removed: true };

/** Compares the directories, prints the answers, and returns the exit code. */
export async function planAgainst(
  names: readonly string[],
  flags: AgainstFlags,
  context: CommandContext,
): Promise<number> {
  const proposed = await settingsOf(flags, context);
  const { openRecords } = await import('../../app/operations/database.ts');
  await using records = await openRecords(proposed);
  const running = await runningOf(records, flags, context);
  const removed = [...running.keys()].filter(name => !proposed.directories.some(each => each.name === name));
  const answers: Answer[] = [];
  for (const directory of chooseDirectories(names, proposed.directories))
    answers.push(await compareOne(records, directory, running.get(directory.name)));
  if (names.length === 0) answers.push(...removed.map(directory => ({ directory, removed: true }) as const));
  printAnswer(flags, context, answers.map(asJson), answers.flatMap(describe));
  return Math.max(...answers.map(exitCode), EXIT.ok);
}

/** The rules in use, by directory. Throws UsageError if no run has recorded any. */
async function runningOf(
  records: Records,
  { against, json }: AgainstFlags,
  context: CommandContext,
): Promise<ReadonlyMap<string, DirectoryRules>> {
  if (against !== 'running') {
    const { directories }: Settings = await settingsOf({ config: against, ...(json && { json }) }, context);
    return new Map(directories.map(directory => [directory.name, directory]));
  }
  const known = await records.runningRules();
  if (known.length > 0) return new Map(known.map(({ directory, rules }) => [directory, rules]));
  throw new UsageError('no run has recorded its configuration yet: give a file to --against');
}

async function compareOne(
  records: Records,
  directory: DirectorySettings,
  running: DirectoryRules | undefined,
): Promise<Answer> {
  try {
    return await records.planAgainst(directory, running);
  } catch (error) {
    if (error instanceof DirectoryError) return { directory: directory.name, error };
    throw error;
  }
}

function describe(answer: Answer): string[] {
  const lines = linesOf(answer);
  return [`${answer.directory}:`, ...lines.map(line => `  ${line}`)];
}

function linesOf(answer: Answer): string[] {
  if ('error' in answer) return [`failed: ${messageOf(answer.error)}`];
  if ('removed' in answer) return ['no longer configured: no run changes its groups, and their members stay'];
  return describeComparison(answer);
}

function asJson(answer: Answer) {
  if ('removed' in answer) return answer;
  if ('error' in answer)
    return { directory: answer.directory, error: answer.error.code, message: answer.error.message };
  return { ...answer, differs: differs(answer), guardHolds: isHeld(answer) };
}

function exitCode(answer: Answer): number {
  if ('error' in answer) return EXIT.failed;
  if ('removed' in answer) return EXIT.pending;
  if (isHeld(answer)) return EXIT.held;
  return differs(answer) ? EXIT.pending : EXIT.ok;
}
