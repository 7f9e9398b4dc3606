/** rollcall waiting: what waits for a decision. */
import { UsageError } from '../../errors.ts';
import type { HeldPlan } from '../../model/status/waiting.ts';
import { counted } from '../../plan/report/health-directory.ts';
import {
  type AddCommand,
  type CommonFlags,
  newCommand,
  print,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { span } from '../terminal/table.ts';

interface WaitingFlags extends CommonFlags {
  readonly directory?: string;
}

/** Adds `rollcall waiting`. */
export const addWaiting: AddCommand = (program, context) => {
  newCommand(program, 'waiting [digest]', 'the held plans')
    .description('Show what waits for a decision, or what became of one held plan.')
    .option('--directory <name>', 'only plans of this directory')
    .addHelpText('after', HELP)
    .action(async (digest: string | undefined, flags: WaitingFlags) => {
      const { openRecords } = await import('../../app/operations/database.ts');
      await using records = await openRecords(await settingsOf(flags, context));
      const { waiting } = records;
      if (digest === undefined) {
        const plans = await waiting.list(flags.directory);
        printAnswer(flags, context, plans, plans.flatMap(describePlan));
        if (plans.length === 0 && !flags.json) print(context, 'Nothing waits for a decision.');
        return;
      }
      const plan = await waiting.get(digest);
      if (plan === undefined)
        throw new UsageError(`no run that is kept held ${digest}; "rollcall waiting" lists what waits`);
      printAnswer(flags, context, plan, describePlan(plan));
    });
};

function describePlan(plan: HeldPlan): string[] {
  const { directory, groups, removals, run, since, seen, causes, reasons, digest, state } = plan;
  const what =
    removals > 0
      ? `${counted(removals, 'removal')} in ${counted(groups, 'group')}`
      : groups > 0
        ? `changes of ${counted(groups, 'group')}`
        : 'a read that is not trusted';
  const age = state === 'waiting' ? `for ${span(Date.now() - since.getTime())}` : state;
  return [
    `${directory}: ${what}, ${age}; held by run ${run}, found by ${counted(seen.runs, 'run')}, last by run ${seen.lastRun}`,
    `  digest: ${digest}`,
    `  causes: ${causes.join(', ')}`,
    ...reasons.map(reason => `  held: ${reason}`),
    ...describeDecision(plan),
  ];
}

function describeDecision({ decisions, decision, run, appliedBy, replacedBy }: HeldPlan): string[] {
  return [
    ...decisions.map(decide => `  rollcall ${decide} ${run} --reason TEXT`),
    ...(decision === undefined
      ? []
      : [`  decided by ${decision.by} at ${decision.at.toISOString()}: ${decision.reason}`]),
    ...(appliedBy === undefined ? [] : [`  applied by run ${appliedBy}`]),
    ...(replacedBy === undefined ? [] : [`  what waits now: rollcall waiting ${replacedBy}`]),
  ];
}

const HELP = `
Without a decision it continues to wait: members stay, and the other changes of each run are applied.
"rollcall runs show RUN --members" lists the groups and people.

Examples:
  rollcall waiting
  rollcall waiting --directory corp --json`;
