/** rollcall check: is this installation ready to run? One line per finding, with the fix. */
import type { Finding } from '../../model/run.ts';
import {
  type AddCommand,
  type CommonFlags,
  commandLog,
  EXIT,
  newCommand,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';

/** Adds `rollcall check`. */
export const addCheck: AddCommand = (program, context, exit) => {
  newCommand(program, 'check', 'the findings')
    .description('Connect to every directory server, PostgreSQL and the queue, and report problems.')
    .addHelpText('after', HELP)
    .action(async (flags: CommonFlags) => {
      const settings = await settingsOf(flags, context);
      const { checkEverything } = await import('../../app/commands/check.ts');
      const findings = await checkEverything(settings, await commandLog(settings.log.level));
      printAnswer(flags, context, findings, findings.flatMap(linesOf));
      exit(exitCode(findings));
    });
};

function linesOf({ level, subject, message, fix, command }: Finding): string[] {
  const lines = [`${level.padEnd(4)}  ${subject}: ${message}`];
  if (fix !== undefined) lines.push(`      → ${fix}`);
  if (command !== undefined) lines.push(`      $ ${command}`);
  return lines;
}

function exitCode(findings: readonly Finding[]): number {
  if (findings.some(finding => finding.level === 'fail')) return EXIT.failed;
  return findings.some(finding => finding.level === 'warn') ? EXIT.pending : EXIT.ok;
}

const HELP = `
Below a line, → is the fix and $ is a command that runs the same query. The ldapsearch commands take the password from
the environment variable ROLLCALL_BIND_PASSWORD, which you set. The check reads only the first page of each search.

Exit codes: 0 no problems, 1 warnings, 5 failures.

Examples:
  rollcall check
  rollcall check --json | jq '.[] | select(.level != "ok")'`;
