/** rollcall config: shows, validates and describes the configuration. */
import type { ConfigurationDiff } from '../../app/commands/config-diff.ts';
import {
  type AddCommand,
  type CommonFlags,
  configurationOf,
  EXIT,
  examples,
  examplesBelow,
  newCommand,
  printAnswer,
  printJson,
} from '../terminal/command.ts';

/** Adds `rollcall config`. */
export const addConfig: AddCommand = (program, context, exit) => {
  const config = program
    .command('config')
    .description('Show, describe or validate the configuration.')
    .addHelpText('after', examplesBelow('config show', 'config diff', 'config validate', 'config schema'));
  newCommand(config, 'show', 'the configuration')
    .description('Print the effective configuration with secrets masked, and the source of each value.')
    .addHelpText('after', `\n${examples('config show', 'config show --config config/rollcall.yaml --json')}`)
    .action(async (flags: CommonFlags) => {
      const { origins } = await configurationOf(flags, context);
      const { formatOrigins } = await import('../../config/report/origins.ts');
      printAnswer(flags, context, origins, formatOrigins(origins).split('\n'));
    });
  newCommand(config, 'diff', 'the differences')
    .description('Compare the configuration file with what the service uses. Secrets are not compared.')
    .option('--against <file>', 'compare with another file, without the service')
    .addHelpText('after', DIFF_HELP)
    .action(async ({ against, ...flags }: CommonFlags & { against?: string }) => {
      const file = await configurationOf(flags, context);
      const { diffOfFiles, diffWithRunning } = await import('../../app/commands/config-diff.ts');
      const diffs =
        against === undefined
          ? await diffWithRunning(file)
          : [diffOfFiles(await configurationOf({ config: against }, context), file)];
      printAnswer(flags, context, diffs, diffs.flatMap(linesOf));
      exit(diffs.some(({ differences }) => differences.length > 0) ? EXIT.pending : EXIT.ok);
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

function linesOf({ against, differences }: ConfigurationDiff): string[] {
  if (differences.length === 0) return [`${against}: no difference`];
  return [
    `${against}:`,
    ...differences.map(({ key, running, file }) => `  ${key}: ${shown(running)} → ${shown(file)}`),
  ];
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

const DIFF_HELP = `
Each line shows the value that runs (or that of the other file), then the value of the file.

Exit codes: 0 no difference, 1 at least one, 2 bad configuration or usage, 5 no service is alive.

${examples('config diff', 'config diff --against /etc/rollcall/rollcall.yaml --config new.yaml')}`;
