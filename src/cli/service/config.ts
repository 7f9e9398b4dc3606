/** rollcall config: shows, validates, describes and reloads the configuration. */
import type { Command } from 'commander';
import type { ConfigurationDiff } from '../../app/commands/config-diff.ts';
import type { RequestedReload } from '../../app/commands/request-reload.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  caller,
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
    .addHelpText(
      'after',
      examplesBelow('config show', 'config diff', 'config reload', 'config validate', 'config schema'),
    );
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
  addReload(config, context, exit);
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

function addReload(config: Command, context: CommandContext, exit: (code: number) => void): void {
  newCommand(config, 'reload', 'the answers of the processes')
    .description(
      'Ask every process of the service to reload its configuration file, and wait for the answers.',
    )
    .addHelpText('after', RELOAD_HELP)
    .action(async (flags: CommonFlags) => {
      const { settings } = await configurationOf(flags, context);
      const { reloadProcesses } = await import('../../app/commands/request-reload.ts');
      const reloads = await reloadProcesses(settings, { by: caller(), waitMs: RELOAD_MS });
      printAnswer(flags, context, reloads, reloads.flatMap(describeReload));
      if (reloads.some(({ answer }) => answer === undefined)) exit(EXIT.failed);
      else if (reloads.some(({ answer }) => answer?.problems.length !== 0)) exit(EXIT.usage);
    });
}

function describeReload({ process, answer }: RequestedReload): string[] {
  if (answer === undefined) return [`${process}: no answer`];
  const { changed, problems } = answer;
  if (problems.length > 0)
    return [`${process}: refused, nothing changed`, ...problems.map(text => `  ${text}`)];
  return [
    `${process}: reloaded, ${changed.length === 0 ? 'no difference' : `changed: ${changed.join(', ')}`}`,
  ];
}

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

/** How long the command waits for the answers. */
const RELOAD_MS = 30_000;

const RELOAD_HELP = `
Each process reads its own file. SIGHUP and POST /api/config/reload do the same for one process.

Exit codes: 0 reloaded, 2 a process refused the configuration and continues with that of before, 5 a process did not answer, or
none is alive.

${examples('config reload', 'config reload --json')}`;

const DIFF_HELP = `
Each line shows the value that runs (or that of the other file), then the value of the file.

Exit codes: 0 no difference, 1 at least one, 2 bad configuration or usage, 5 no service is alive.

${examples('config diff', 'config diff --against /etc/rollcall/rollcall.yaml --config new.yaml')}`;
