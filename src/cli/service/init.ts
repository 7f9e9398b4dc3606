/** rollcall init: asks how to reach a directory, and writes a configuration for what it finds there. */
import { writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { DirectoryDraft, InitAnswers } from '../../model/operations/init.ts';
import type { Vendor } from '../../model/settings.ts';
import { type AddCommand, type CommandContext, examples, print } from '../terminal/command.ts';

const VENDORS: readonly Vendor[] = ['auto', 'openldap', 'activedirectory', '389ds', 'freeipa', 'rfc4519'];
const DATABASE = 'postgres://rollcall@localhost:5432/rollcall';

interface InitFlags {
  readonly out: string;
  readonly url?: string;
  readonly bindDn?: string;
  readonly passwordFile?: string;
  readonly vendor: string;
  readonly base?: string;
  readonly caFile?: string;
  readonly allowPlaintext?: boolean;
  readonly team?: string;
  readonly database: string;
  readonly force?: boolean;
}

/** Adds `rollcall init`. */
export const addInit: AddCommand = (program, context) => {
  program
    .command('init')
    .description('Connect to a directory, and write a configuration for the people and groups found there.')
    .option('--out <file>', 'the file to write', 'rollcall.yaml')
    .option('--url <url>', 'a server of the directory: ldaps://… or ldap://…')
    .option('--bind-dn <dn>', 'the account that reads the directory')
    .option('--password-file <file>', 'the file with its password')
    .option('--vendor <name>', `${VENDORS.join(', ')}`, 'auto')
    .option('--base <dn>', 'the part of the directory to search (default: the base that the server names)')
    .option('--ca-file <file>', 'certificates to trust (default: what Node.js trusts)')
    .option('--allow-plaintext', 'use ldap:// without StartTLS: sends the password in clear text')
    .option('--team <slug>', 'the team of all groups (default: one for each container of groups)')
    .option('--database <url>', 'the database, to which this command does not connect', DATABASE)
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', HELP)
    .action(async (flags: InitFlags) => {
      const answers = await answersOf(flags, context);
      const { proposeConfiguration } = await import('../../app/commands/init.ts');
      const { draft, text } = await proposeConfiguration(answers, { file: flags.out, env: context.env });
      await write(flags, text);
      for (const line of [
        ...describeDraft(draft),
        '',
        `${flags.out} is written. Next:`,
        ...nextSteps(flags.out),
      ])
        print(context, line);
    });
};

/** The flags, and answers at the terminal for those that are missing. Throws UsageError without a terminal. */
async function answersOf(flags: InitFlags, { ask }: CommandContext): Promise<InitAnswers> {
  const vendor = VENDORS.find(name => name === flags.vendor);
  if (vendor === undefined)
    throw new UsageError(`--vendor takes ${VENDORS.join(', ')}, not "${flags.vendor}"`);
  const answer = async (given: string | undefined, flag: string, question: string): Promise<string> => {
    const text = (given ?? (await ask?.(`${question}: `)) ?? '').trim();
    if (text === '')
      throw new UsageError(`${flag} is required, because no terminal is attached or no answer was given`);
    return text;
  };
  const url = await answer(flags.url, '--url', 'A server of the directory, such as ldaps://ldap.example.com');
  const bindDn = await answer(flags.bindDn, '--bind-dn', 'The DN of the account that reads it');
  const passwordFile = await answer(flags.passwordFile, '--password-file', 'The file with its password');
  const isPlain = /^ldap:/i.test(url);
  // Paths in the configuration are relative to its folder.
  const pathInFile = (file: string) =>
    isAbsolute(file) ? file : relative(dirname(resolve(flags.out)), resolve(file));
  return {
    url,
    bindDn,
    passwordFile: pathInFile(passwordFile),
    vendor,
    base: flags.base,
    databaseUrl: flags.database,
    startTls: isPlain && !flags.allowPlaintext,
    allowPlaintext: isPlain && flags.allowPlaintext === true,
    caFile: flags.caFile && pathInFile(flags.caFile),
    team: flags.team,
  };
}

async function write({ out, force = false }: InitFlags, text: string): Promise<void> {
  try {
    await writeFile(out, text, { flag: force ? 'w' : 'wx', mode: 0o640 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new UsageError(`${out} exists: name another file with --out, or replace it with --force`);
    throw error;
  }
}

function describeDraft({ vendor, base, users, groups, containers }: DirectoryDraft): string[] {
  return [
    `${vendor}, below ${base}`,
    `${users.found} people below ${users.baseDn}, named by ${users.username}`,
    `${groups.found} groups below ${groups.baseDn} in ${containers.length} containers, with ${groups.members.join(', ')}`,
  ];
}

function nextSteps(file: string): string[] {
  return [
    `  1. Read ${file}: set database.url and the teams of the mappings.`,
    `  2. rollcall migrate up --config ${file}     creates the tables`,
    `  3. rollcall check --config ${file}          tests every connection`,
    `  4. rollcall plan --config ${file}           shows what a sync would change`,
    `  5. rollcall serve --config ${file}          runs the service; the first run waits for "rollcall approve"`,
  ];
}

const HELP = `
At a terminal, the command asks for missing flags. It reads the directory and writes the file. It changes nothing else.

${examples(
  'init',
  'init --url ldaps://ldap.example.com --bind-dn cn=rollcall,dc=example,dc=com --password-file ldap-password',
)}`;
