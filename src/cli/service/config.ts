/** rollcall config: shows, validates and describes the configuration. */
import { formatOrigins } from '../../config/report/origins.ts';
import { settingsSchema } from '../../config/schema/json-schema.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  examples,
  examplesBelow,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';

/** Adds `rollcall config`. */
export const addConfig: AddCommand = (program, context, exit) => {
  const config = program
    .command('config')
    .description('Show, describe or validate the configuration.')
    .addHelpText('after', examplesBelow('config show', 'config validate', 'config schema'));
  config
    .command('show')
    .description('Print the effective configuration with secrets masked, and the source of each value.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the configuration as JSON')
    .addHelpText('after', `\n${examples('config show', 'config show --config config/rollcall.yaml --json')}`)
    .action(async (flags: CommonFlags) => {
      const { origins } = await settingsOf(flags, context);
      if (flags.json) printJson(context, origins);
      else for (const line of formatOrigins(origins).split('\n')) print(context, line);
      exit(EXIT.ok);
    });
  config
    .command('schema')
    .description('Print the JSON Schema of the configuration file.')
    .option('--config <file>', 'accepted for consistency; this command ignores it')
    .option('--json', 'accepted for consistency; the schema is always JSON')
    .addHelpText('after', `\n${examples('config schema > rollcall.schema.json')}`)
    .action(() => {
      printJson(context, settingsSchema());
      exit(EXIT.ok);
    });
  config
    .command('validate')
    .description('Check the configuration: exit 0 if it is valid, or print every problem and exit 2.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  rollcall config validate --config config/rollcall.yaml')
    .action(async (flags: CommonFlags) => {
      const { file, settings } = await settingsOf(flags, context);
      const directories = settings.directories.map(directory => directory.name);
      if (flags.json) printJson(context, { file, valid: true, directories });
      else print(context, `${file}: valid, directories: ${directories.join(', ')}`);
      exit(EXIT.ok);
    });
};
