/** rollcall snapshot: saves what a read of a directory found, for support and to plan again. */
import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ReadCounts } from '../../model/snapshot.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  chooseDirectories,
  complain,
  EXIT,
  examples,
  examplesBelow,
  newCommand,
  printAnswer,
  printInPlace,
  settingsOf,
} from '../terminal/command.ts';
import { untilStopped } from '../terminal/stop-signal.ts';
import { addDiff } from './diff.ts';
import { addServeSnapshot } from './serve.ts';

interface SaveFlags extends CommonFlags {
  readonly directory?: string;
  readonly force?: boolean;
  readonly anonymise?: boolean;
}

/** Adds `rollcall snapshot`. */
export const addSnapshot: AddCommand = (program, context, exit) => {
  const snapshot = newCommand(program, 'snapshot')
    .description('Save what a read of a directory found, and use it later in place of the directory.')
    .addHelpText('after', `\n${examples('snapshot save corp.snapshot', 'plan --snapshot corp.snapshot')}`);
  snapshot
    .command('save <file>')
    .description('Read a directory as a plan does, and save the answers of its server. Changes nothing else.')
    .option('--directory <name>', 'the directory, if several are configured')
    .option('--anonymise', 'replace all names by pseudonyms, to give the file to others')
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', SAVE_HELP)
    .action(async (file: string, _: SaveFlags, command: Command) => {
      const flags = command.optsWithGlobals<SaveFlags>();
      const settings = await settingsOf(flags, context);
      const anonymise = flags.anonymise === true;
      const directory = oneDirectory(flags.directory, settings.directories);
      const { saveSnapshot } = await import('../../app/commands/snapshot.ts');
      const showProgress = progressOf(directory.name, context);
      const options = { replace: flags.force === true, anonymise, onProgress: showProgress };
      const saved = await untilStopped(signal =>
        saveSnapshot(settings, directory, file, { ...options, signal }),
      ).finally(() => showProgress(undefined));
      const { failure, ...answer } = saved;
      if (failure) complain(context, `${directory.name}: the read failed: ${failure.message}`);
      const json = { file, ...answer, ...(failure && { error: failure.code, message: failure.message }) };
      printAnswer(flags, context, json, [
        `${file}: ${saved.entries} entries of ${directory.name}, ${kilobytes(saved.bytes)} kB. ${anonymise ? ANONYMOUS : 'It contains personal data.'}`,
      ]);
      if (failure) exit(EXIT.failed);
    });
  addDiff(snapshot, context, exit);
  addServeSnapshot(snapshot, context, exit);
};

function oneDirectory(name: string | undefined, all: readonly DirectorySettings[]): DirectorySettings {
  const [only, ...others] = chooseDirectories(name === undefined ? [] : [name], all);
  if (only === undefined) throw new UsageError('no directory is configured');
  if (others.length === 0) return only;
  throw new UsageError(`choose one directory with --directory: ${all.map(each => each.name).join(', ')}`);
}

const EVERY_MS = 500;

/** Shows the numbers of a read: in one line on a terminal, otherwise only that it began. undefined: the read has ended. */
function progressOf(name: string, context: CommandContext): (counts: ReadCounts | undefined) => void {
  const { stderr } = context;
  let shownAt = Number.NEGATIVE_INFINITY;
  if (stderr.isTTY !== true) complain(context, `${name}: reading the directory`);
  return counts => {
    const now = performance.now();
    if (counts === undefined) printInPlace(context, undefined);
    else if (now - shownAt > EVERY_MS) {
      shownAt = now;
      printInPlace(context, `${name} reading the directory: ${counts.users} people, ${counts.groups} groups`);
    }
  };
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1000);
}

const ANONYMOUS = 'Its names are pseudonyms.';

const SAVE_HELP = `
The file has the entries with the attributes that Rollcall reads, in the order and with the results that the server gave:
compressed JSON lines, which only you can read. A read that fails is saved as well, as far as it came; one that a signal
stops is not.
With --anonymise, the file also has the configuration of the directory and what the database knows about it, so that it is
planned without either. All names in it are pseudonyms, whose key is not kept.
${examplesBelow(
  'snapshot save corp.snapshot',
  'snapshot save corp.snapshot --directory corp --force',
  'snapshot save corp.snapshot --anonymise',
)}

Exit codes: 0 saved, 5 the directory could not be read.`;
