/**
 * The command line: lists the commands, and turns errors into messages and exit codes. Each action imports its own modules, so that
 * `rollcall --help` and usage errors do not load the database, the queue and the web server, which takes six times as long.
 */
import { Command, CommanderError } from 'commander';
import {
  ConfigError,
  DirectoryError,
  messageOf,
  RefusedError,
  UnavailableError,
  UsageError,
} from '../errors.ts';
import { printable, printableLines } from '../text/printable.ts';
import { VERSION } from '../version.ts';
import { addExplain } from './access/explain.ts';
import { addProjects } from './access/projects.ts';
import { addTeams } from './access/teams.ts';
import { addUsers } from './access/users.ts';
import { addAdopt } from './groups/adopt.ts';
import { addDoubts } from './groups/doubts.ts';
import { addFreeze, addUnfreeze } from './groups/freeze.ts';
import { addGroups } from './groups/groups.ts';
import { addRelease } from './groups/release.ts';
import { addRelink } from './groups/relink.ts';
import { addPlan } from './plan/plan.ts';
import { addApprove } from './runs/approve.ts';
import { addAudit } from './runs/audit.ts';
import { addReject } from './runs/reject.ts';
import { addRevert } from './runs/revert.ts';
import { addRuns } from './runs/runs.ts';
import { addSync } from './runs/sync.ts';
import { addWaiting } from './runs/waiting.ts';
import { addCheck } from './service/check.ts';
import { addCompletion } from './service/completion.ts';
import { addConfig } from './service/config.ts';
import { addInit } from './service/init.ts';
import { addMigrate } from './service/migrate.ts';
import { addNotify } from './service/notify.ts';
import { addServe } from './service/serve.ts';
import { addStatus } from './service/status.ts';
import { addSnapshot } from './snapshot/snapshot.ts';
import { type AddCommand, type CommandContext, complain, EXIT } from './terminal/command.ts';
import { StoppedError } from './terminal/stop-signal.ts';

const COMMANDS: readonly AddCommand[] = [
  addInit,
  addServe,
  addSync,
  addPlan,
  addSnapshot,
  addCheck,
  addStatus,
  addRuns,
  addWaiting,
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
export async function runCli(args: readonly string[], given: CommandContext): Promise<number> {
  const { ask } = given;
  const context = { ...given, ask: ask && ((question: string) => ask(printable(question))) };
  let code: number = EXIT.ok;
  const program = new Command('rollcall')
    .description('Keeps the access groups of an application in sync with LDAP and Active Directory groups.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: text => context.stdout.write(printableLines(text)),
      writeErr: text => context.stderr.write(printableLines(text)),
    });
  for (const add of COMMANDS) add(program, context, exit => (code = exit));
  for (const command of allCommands(program)) command.copyInheritedSettings(program);
  program.hook('preAction', (_, command) => refuseForeignFlags(command));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return report(error, context);
  }
  return code;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap(child => [child, ...allCommands(child)]);
}

/** Flags of a parent command that its subcommands also accept. */
const INHERITED = ['config', 'json', 'limit'];

/** Refuses other flags of the parent, which commander accepts after a subcommand and ignores. Throws UsageError. */
function refuseForeignFlags(command: Command): void {
  const above = command.parent;
  for (const option of above?.options ?? []) {
    const name = option.attributeName();
    if (!INHERITED.includes(name) && above?.getOptionValueSource(name) === 'cli')
      throw new UsageError(
        `"${above.name()} ${command.name()}" does not accept ${option.long}; see its --help`,
      );
  }
}

/** The plan or doubt of the decision has changed or is gone. */
const STALE: readonly RefusedError['code'][] = ['plan_changed', 'unknown_doubt'];

function report(error: unknown, context: CommandContext): number {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  complain(context, `rollcall: ${described(error)}`);
  if (error instanceof StoppedError) return error.exitCode;
  if (error instanceof RefusedError) return STALE.includes(error.code) ? EXIT.held : EXIT.usage;
  return error instanceof ConfigError || error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

/** Only configuration problems and the stack trace of a bug span several lines. */
function described(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const expected =
    error instanceof RefusedError ||
    error instanceof UsageError ||
    error instanceof DirectoryError ||
    error instanceof UnavailableError ||
    error instanceof StoppedError;
  return expected || !(error instanceof Error) ? printable(messageOf(error)) : (error.stack ?? error.message);
}
