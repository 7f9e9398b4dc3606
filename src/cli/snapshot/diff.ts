/** rollcall snapshot diff: what came, went or changed between two snapshots. */
import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import {
  compareSnapshots,
  type EntryDifference,
  isUnchanged,
  type SnapshotDifference,
} from '../../plan/report/compare-snapshots.ts';
import {
  type AddCommand,
  type CommonFlags,
  chooseDirectories,
  EXIT,
  examplesBelow,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';

/** Adds `rollcall snapshot diff`. */
export const addDiff: AddCommand = (snapshot, context, exit) => {
  snapshot
    .command('diff <before> <after>')
    .description(
      'Compare two snapshots of a directory: people, groups and members that came, went or changed.',
    )
    .addHelpText('after', HELP)
    .action(async (before: string, after: string, _: CommonFlags, command: Command) => {
      const flags = command.optsWithGlobals<CommonFlags>();
      const settings = await settingsOf(flags, context);
      const { openSnapshot } = await import('../../app/commands/snapshot.ts');
      const [earlier, later] = [await openSnapshot(before), await openSnapshot(after)];
      if (earlier.planAlone || later.planAlone) throw new UsageError(ANONYMOUS);
      const [directory] = chooseDirectories([later.directory], settings.directories);
      if (directory === undefined) throw new Error('the directory is configured');
      const difference = compareSnapshots(await earlier.read(directory), await later.read(directory));
      printAnswer(flags, context, difference, linesOf(difference));
      if (!isUnchanged(difference)) exit(EXIT.pending);
    });
};

function linesOf(difference: SnapshotDifference): string[] {
  if (isUnchanged(difference)) return ['The snapshots show the same people, groups and members.'];
  const { people, groups, members } = difference;
  return [
    ...entryLines('person', people),
    ...entryLines('group', groups),
    ...members.flatMap(({ name, came, went }) => [
      ...came.map(member => `+ member ${member} of ${name}`),
      ...went.map(member => `- member ${member} of ${name}`),
    ]),
  ];
}

function entryLines(what: string, { came, went, changed }: EntryDifference): string[] {
  return [
    ...came.map(({ name, dn }) => `+ ${what} ${name} (${dn})`),
    ...went.map(({ name, dn }) => `- ${what} ${name} (${dn})`),
    ...changed.flatMap(({ name, changes }) =>
      Object.entries(changes).map(
        ([fact, [before, after]]) => `~ ${what} ${name}: ${fact} "${before}" is now "${after}"`,
      ),
    ),
  ];
}

const ANONYMOUS = 'an anonymised snapshot cannot be compared: each has pseudonyms of its own';

const HELP = `
Entries are the same if they have the same identity. Members are compared with nested groups flattened.
${examplesBelow('snapshot diff monday.snapshot tuesday.snapshot', 'snapshot diff monday.snapshot tuesday.snapshot --json')}

Exit codes: 0 the same, 1 different, 5 a snapshot cannot be read with this configuration.`;
