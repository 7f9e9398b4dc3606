/** rollcall status: what the status endpoint says, for a terminal. */
import { openRecords } from '../app/records.ts';
import type { DirectoryStatus } from '../run.ts';
import { type AddCommand, type CommonFlags, EXIT, print, printJson, settingsOf } from './context.ts';
import { describeRun } from './run-text.ts';
import { span, table } from './table.ts';

const HEADER = [
  'DIRECTORY',
  'LAST RUN',
  'LAST SUCCESS',
  'NEXT RUN',
  'GROUPS',
  'MEMBERS',
  'HELD',
  'CONFLICTS',
  'UNRESOLVED',
];

/** Adds `rollcall status`. */
export const addStatus: AddCommand = (program, surroundings, exit) => {
  program
    .command('status')
    .description(
      'Every directory with its last run, the age of its last success, and what waits for a person.',
    )
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the status as JSON')
    .addHelpText('after', '\nExamples:\n  rollcall status\n  rollcall status --json')
    .action(async (flags: CommonFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using records = await openRecords(settings);
      const directories = await records.status();
      if (flags.json) {
        printJson(surroundings, { directories });
      } else {
        for (const line of table(HEADER, directories.map(row))) print(surroundings, line);
        for (const { name, lastRun } of directories) {
          if (lastRun !== undefined)
            print(surroundings, `${name}: run ${lastRun.id} ${lastRun.status}, ${describeRun(lastRun)}`);
        }
      }
      exit(EXIT.ok);
    });
};

function row(directory: DirectoryStatus): string[] {
  const ago = (at: Date | undefined) =>
    at === undefined ? 'never' : `${span(Date.now() - at.getTime())} ago`;
  const { groups, nextRunAt } = directory;
  return [
    directory.name,
    directory.lastRun?.status ?? 'none',
    ago(directory.lastSuccessAt),
    nextRunAt === undefined ? 'unknown' : `in ${span(nextRunAt.getTime() - Date.now())}`,
    String(groups.linked),
    String(directory.memberships),
    String(directory.heldRuns),
    String(groups.conflict),
    String(directory.unresolved),
  ];
}
