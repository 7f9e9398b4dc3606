/** The command line: which commands there are, and what an error means for the shell. */
import { Command, CommanderError } from 'commander';
import {
  ConfigError,
  DirectoryError,
  messageOf,
  RefusedError,
  UnavailableError,
  UsageError,
} from '../errors.ts';
import { printable, printableLines } from '../printable.ts';
import { VERSION } from '../version.ts';
import { addAdopt } from './adopt.ts';
import { addApprove } from './approve.ts';
import { addAudit } from './audit.ts';
import { addCheck } from './check.ts';
import { addCompletion } from './completion.ts';
import { addConfig } from './config.ts';
import { type AddCommand, complain, EXIT, type Surroundings } from './context.ts';
import { addDoubts } from './doubts.ts';
import { addExplain } from './explain.ts';
import { addFreeze, addUnfreeze } from './freeze.ts';
import { addGroups } from './groups.ts';
import { addMigrate } from './migrate.ts';
import { addNotify } from './notify.ts';
import { addPlan } from './plan.ts';
import { addProjects } from './projects.ts';
import { addReject } from './reject.ts';
import { addRelease } from './release.ts';
import { addRelink } from './relink.ts';
import { addRevert } from './revert.ts';
import { addRuns } from './runs.ts';
import { addServe } from './serve.ts';
import { addStatus } from './status.ts';
import { addSync } from './sync.ts';
import { addTeams } from './teams.ts';
import { addUsers } from './users.ts';

const COMMANDS: readonly AddCommand[] = [
  addServe,
  addSync,
  addPlan,
  addCheck,
  addStatus,
  addRuns,
  addAudit,
  addDoubts,
  addExplain,
  addGroups,
  addTeams,
  addUsers,
  addProjects,
  addRevert,
  addApprove,
  addReject,
  addAdopt,
  addRelease,
  addRelink,
  addFreeze,
  addUnfreeze,
  addNotify,
  addMigrate,
  addConfig,
  addCompletion,
];

/** Runs one command and resolves with the exit code of the process. Never rejects. */
export async function runCli(args: readonly string[], given: Surroundings): Promise<number> {
  const { ask } = given;
  const surroundings = { ...given, ask: ask && ((question: string) => ask(printable(question))) };
  let code: number = EXIT.ok;
  const program = new Command('rollcall')
    .description("Keeps the managed access groups of an application true to a company's directory.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: text => surroundings.stdout.write(printableLines(text)),
      writeErr: text => surroundings.stderr.write(printableLines(text)),
    });
  for (const add of COMMANDS) add(program, surroundings, exit => (code = exit));
  for (const command of allCommands(program)) command.copyInheritedSettings(program);
  program.hook('preAction', (_, command) => refuseForeignFlags(command));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return report(error, surroundings);
  }
  return code;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap(child => [child, ...allCommands(child)]);
}

/** What a command takes of the one above it. */
const INHERITED = ['config', 'json', 'limit'];

/** Commander takes the flags of `groups` also behind `groups create`, where they would mean nothing. Throws UsageError. */
function refuseForeignFlags(command: Command): void {
  const above = command.parent;
  for (const option of above?.options ?? []) {
    const name = option.attributeName();
    if (!INHERITED.includes(name) && above?.getOptionValueSource(name) === 'cli')
      throw new UsageError(`"${above.name()} ${command.name()}" takes no ${option.long}; see its --help`);
  }
}

/** What was to be decided is there no more, or is something else. */
const OVER: readonly RefusedError['code'][] = ['plan_changed', 'unknown_doubt'];

function report(error: unknown, surroundings: Surroundings): number {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  complain(surroundings, `rollcall: ${described(error)}`);
  if (error instanceof RefusedError) return OVER.includes(error.code) ? EXIT.held : EXIT.usage;
  return error instanceof ConfigError || error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

/** Only the problems of a configuration and the stack of a bug have lines of their own. */
function described(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const expected =
    error instanceof RefusedError ||
    error instanceof UsageError ||
    error instanceof DirectoryError ||
    error instanceof UnavailableError;
  return expected || !(error instanceof Error) ? printable(messageOf(error)) : (error.stack ?? error.message);
}
