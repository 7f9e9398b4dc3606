/** Writes `man rollcall` from the help of the commands. */
import { runCli } from '../../src/cli/program.ts';

/** The page, in the man(7) macros. */
export async function manualPage(version: string): Promise<string> {
  const commands = await commandsBelow([]);
  const sections = commands.map(
    ({ words, help }) => `.SS ${escaped(`rollcall ${words.join(' ')}`)}\n${asIs(help)}`,
  );
  return `.TH ROLLCALL 1 "" "rollcall ${version}" "User Commands"
.SH NAME
rollcall \\- keep access groups in sync with LDAP and Active Directory groups
.SH SYNOPSIS
.B rollcall
.I command
[options]
.SH DESCRIPTION
Rollcall reads the groups of a directory, and keeps the members of the managed access groups in PostgreSQL equal to them. All
commands read one configuration file.
.SH COMMANDS
${sections.join('\n')}
.SH FILES
.TP
.I /etc/rollcall/rollcall.yaml
The configuration of the Debian package and of the image. Examples are in /usr/share/doc/rollcall/config.
.SH ENVIRONMENT
.TP
.B ROLLCALL_CONFIG
The configuration file, unless \\-\\-config names one.
.TP
.BR DATABASE_URL ", " REDIS_URL ", " LOG_LEVEL
Override the values of the file.
`;
}

interface CommandHelp {
  readonly words: readonly string[];
  readonly help: string;
}

/** Every command below these words, with its help. */
async function commandsBelow(words: readonly string[]): Promise<CommandHelp[]> {
  const help = await helpOf(words);
  const [, list = ''] = help.split('\nCommands:\n');
  const [own = ''] = list.split('\n\n');
  const names = [...own.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = '']) => name);
  const below = [];
  for (const name of names.filter(each => each !== 'help'))
    below.push(...(await commandsBelow([...words, name])));
  return words.length === 0 ? below : [{ words, help }, ...below];
}

async function helpOf(words: readonly string[]): Promise<string> {
  let help = '';
  const stdout = {
    write: (text: string | Uint8Array) => {
      help += String(text);
      return true;
    },
  };
  await runCli([...words, '--help'], { env: {}, stdout, stderr: stdout });
  return help.trim();
}

/** Lines that keep their breaks and spaces. */
function asIs(text: string): string {
  return `.nf\n${text.split('\n').map(escaped).join('\n')}\n.fi`;
}

/** Escapes what roff would interpret: backslashes, the hyphens of options, and a control character at the start. */
function escaped(line: string): string {
  return line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}
