/** rollcall migrate: the database schema, up and down. */
import type { Migrated } from '../../app/operations/database.ts';
import { UsageError } from '../../errors.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  newCommand,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';

/** Adds `rollcall migrate`. */
export const addMigrate: AddCommand = (program, context) => {
  newCommand(program, 'migrate <up|down|status>')
    .description('Migrate the database schema to the newest version or one step back, or show its status.')
    .addHelpText('after', HELP)
    .action(async (direction: string, flags: CommonFlags) => {
      const settings = await settingsOf(flags, context);
      const { openRecords } = await import('../../app/operations/database.ts');
      await using records = await openRecords(settings, { migrated: false });
      const { migrations } = records;
      if (direction === 'status') answer({ ...(await migrations.status()) }, flags, context);
      else if (direction === 'up') answerUp(await migrations.up(), flags, context);
      else if (direction === 'down') answer({ reverted: await migrations.down() }, flags, context);
      else throw new UsageError(`migrate takes up, down or status, not "${direction}"`);
    });
};

function answerUp({ applied, adopted }: Migrated, flags: CommonFlags, context: CommandContext) {
  if (flags.json) return printJson(context, adopted > 0 ? { applied, adopted } : { applied });
  answer({ applied }, flags, context);
  if (adopted > 0) {
    print(
      context,
      `audit: ${adopted} rows were restored from another server; clients that follow it begin again`,
    );
  }
}

function answer(
  lists: Readonly<Record<string, readonly string[]>>,
  flags: CommonFlags,
  context: CommandContext,
) {
  if (flags.json) return printJson(context, lists);
  for (const [what, names] of Object.entries(lists)) {
    print(context, `${what}: ${names.length === 0 ? 'none' : names.join(', ')}`);
  }
}

const HELP = `
Stop the workers before "down". It reverts the newest step. Reverting the first step makes every managed group manual.

Examples:
  rollcall migrate status
  rollcall migrate up
  rollcall migrate down`;
