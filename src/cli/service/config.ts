/** rollcall config: shows, validates and describes the configuration. */
import {
  type AddCommand,
  type CommonFlags,
  configurationOf,
  examples,
  examplesBelow,
  newCommand,
  printAnswer,
  printJson,
} from '../terminal/command.ts';

/** Adds `rollcall config`. */
export const addConfig: AddCommand = (program, context) => {
  const config = program
    .command('config')
    .description('Show, describe or validate the configuration.')
    .addHelpText('after', examplesBelow('config show', 'config validate', 'config schema'));
  newCommand(config, 'show', 'the configuration')
    .description('Print the effective configuration with secrets masked, and the source of each value.')
    .addHelpText('after', `\n${examples('config show', 'config show --config config/rollcall.yaml --json')}`)
    .action(async (flags: CommonFlags) => {
      const { origins } = await configurationOf(flags, context);
      const { formatOrigins } = await import('../../config/report/origins.ts');
      printAnswer(flags, context, origins, formatOrigins(origins).split('\n'));
    });
  config
    .command('schema')
    .description('Print the JSON Schema of the configuration file.')
    .option('--config <file>', 'accepted for consistency; this command ignores it')
    .option('--json', 'accepted for consistency; the schema is always JSON')
    .addHelpText('after', `\n${examples('config schema > rollcall.schema.json')}`)
    .action(async () => {
      const { settingsSchema } = await import('../../config/schema/json-schema.ts');
      printJson(context, settingsSchema());
    });
  newCommand(config, 'validate')
    .description('Check the configuration: exit 0 if it is valid, or print every problem and exit 2.')
    .addHelpText('after', '\nExample:\n  rollcall config validate --config config/rollcall.yaml')
    .action(async (flags: CommonFlags) => {
      const { file, settings } = await configurationOf(flags, context);
      const directories = settings.directories.map(directory => directory.name);
      printAnswer(flags, context, { file, valid: true, directories }, [
        `${file}: valid, directories: ${directories.join(', ')}`,
      ]);
    });
};
