/** rollcall migrate: the database schema, up and down. */
import { openRecords } from '../app/records.ts';
import { UsageError } from '../errors.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';

/** Adds `rollcall migrate`. */
export const addMigrate: AddCommand = (program, surroundings, exit) => {
  program
    .command('migrate <up|down|status>')
    .description('Bring the database schema to the newest version, one step back, or say where it is.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', HELP)
    .action(async (direction: string, flags: CommonFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using records = await openRecords(settings, { migrated: false });
      const { migrations } = records;
      if (direction === 'status') answer(await migrations.status(), flags, surroundings);
      else if (direction === 'up') answer({ applied: await migrations.up() }, flags, surroundings);
      else if (direction === 'down') answer({ reverted: await migrations.down() }, flags, surroundings);
      else throw new UsageError(`migrate takes up, down or status, not "${direction}"`);
      exit(EXIT.ok);
    });
};

function answer(
  lists: Readonly<Record<string, readonly string[]>>,
  flags: CommonFlags,
  surroundings: Surroundings,
) {
  if (flags.json) return printJson(surroundings, lists);
  for (const [what, names] of Object.entries(lists)) {
    print(surroundings, `${what}: ${names.length === 0 ? 'none' : names.join(', ')}`);
  }
}

const HELP = `
Stop the workers before "down": it takes back the newest step, and with the first one every managed group becomes manual.

Examples:
  rollcall migrate status
  rollcall migrate up
  rollcall migrate down`;
