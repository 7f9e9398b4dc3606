/** rollcall check: may this installation be trusted to run? One line a finding, with the fix. */
import { checkEverything } from '../app/check.ts';
import type { Finding } from '../run.ts';
import {
  type AddCommand,
  type CommonFlags,
  commandLog,
  EXIT,
  print,
  printJson,
  settingsOf,
} from './context.ts';

/** Adds `rollcall check`. */
export const addCheck: AddCommand = (program, surroundings, exit) => {
  program
    .command('check')
    .description(
      'Connect to every directory server, PostgreSQL and the queue, and say what is wrong with them.',
    )
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', HELP)
    .action(async (flags: CommonFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      const findings = await checkEverything(settings, commandLog(settings.log.level));
      if (flags.json) printJson(surroundings, findings);
      else for (const text of findings.flatMap(linesOf)) print(surroundings, text);
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
Below a line, → says what to do, and $ how to ask the same by hand: ldapsearch takes the password from the variable
ROLLCALL_BIND_PASSWORD, which you set. Of every search only the first page is read.

Exit codes: 0 all is well, 1 warnings, 5 failures.

Examples:
  rollcall check
  rollcall check --json | jq '.[] | select(.level != "ok")'`;
