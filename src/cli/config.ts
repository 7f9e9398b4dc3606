/** rollcall config: what the configuration says, and what it may say. */

import { settingsSchema } from '../config/json-schema.ts';
import { formatOrigins } from '../config/show.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  examples,
  examplesBelow,
  print,
  printJson,
  settingsOf,
} from './context.ts';

/** Adds `rollcall config`. */
export const addConfig: AddCommand = (program, surroundings, exit) => {
  const config = program
    .command('config')
    .description('Show, describe or validate the configuration.')
    .addHelpText('after', examplesBelow('config show', 'config validate', 'config schema'));
  config
    .command('show')
    .description('The effective configuration with secrets masked, and where each value came from.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print it as JSON')
    .addHelpText('after', `\n${examples('config show', 'config show --config config/rollcall.yaml --json')}`)
    .action(async (flags: CommonFlags) => {
      const { origins } = await settingsOf(flags, surroundings);
      if (flags.json) printJson(surroundings, origins);
      else for (const line of formatOrigins(origins).split('\n')) print(surroundings, line);
      exit(EXIT.ok);
    });
  config
    .command('schema')
    .description('The JSON Schema of the configuration file.')
    .option('--config <file>', 'accepted by every command; not needed here')
    .option('--json', 'the schema is JSON either way')
    .addHelpText('after', `\n${examples('config schema > rollcall.schema.json')}`)
    .action(() => {
      printJson(surroundings, settingsSchema());
      exit(EXIT.ok);
    });
  config
    .command('validate')
    .description('Exit 0 when the configuration can be used, 2 with every problem when it cannot.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  rollcall config validate --config config/rollcall.yaml')
    .action(async (flags: CommonFlags) => {
      const { file, settings } = await settingsOf(flags, surroundings);
      const directories = settings.directories.map(directory => directory.name);
      if (flags.json) printJson(surroundings, { file, valid: true, directories });
      else print(surroundings, `${file}: valid, directories: ${directories.join(', ')}`);
      exit(EXIT.ok);
    });
};
