/** rollcall completion: prints a shell completion script, generated from the commands and their flags. */
import { Argument, type Command } from 'commander';
import { type AddCommand, print } from '../terminal/command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A command with the words that can follow it. `words` is the command without `rollcall`. */
interface Place {
  readonly words: string;
  readonly next: readonly { readonly word: string; readonly about: string }[];
}

/** Adds `rollcall completion SHELL`. Must be added last, because it lists all other commands. */
export const addCompletion: AddCommand = (program, context) => {
  program
    .command('completion')
    .description('Print a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: (typeof SHELLS)[number]) => {
      const places = placesOf(program, '');
      const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
      for (const line of scripts[shell](places).split('\n')) print(context, line);
    });
};

function placesOf(command: Command, words: string): readonly Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter(each => each.name() !== 'help');
  const next = [
    ...commands.map(each => ({ word: each.name(), about: each.description() })),
    ...command.registeredArguments.flatMap(choicesOf).map(word => ({ word, about: command.description() })),
    ...inherited(command).map(option => ({ word: option.long ?? option.flags, about: option.description })),
  ];
  return [{ words, next }, ...commands.flatMap(each => placesOf(each, `${words} ${each.name()}`.trim()))];
}

/** The allowed words of an argument; empty if the argument is free text. */
function choicesOf(argument: Argument): readonly string[] {
  if (argument.argChoices !== undefined) return argument.argChoices;
  return argument.name().includes('|') ? argument.name().split('|') : [];
}

/** Flags of the command and of its parent commands, which a user can also give after the subcommand. */
function inherited(command: Command) {
  const own = command.createHelp().visibleOptions(command);
  const above = command.parent?.parent == null ? [] : command.parent.options;
  return [...own, ...above.filter(option => own.every(each => each.long !== option.long))];
}

/** Finds the longest command that matches the words before the cursor, and offers the words that can follow. */
function bashScript(places: readonly Place[]): string {
  return `_rollcall() {
  local word path='' current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${places.flatMap(({ words }) => (words === '' ? [] : [`'${words}'`])).join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${places.map(({ words, next }) => `    '${words}') COMPREPLY=($(compgen -W '${next.map(each => each.word).join(' ')}' -- "$current")) ;;`).join('\n')}
  esac
}
complete -o default -F _rollcall rollcall`;
}

function zshScript(places: readonly Place[]): string {
  return `#compdef rollcall
_rollcall() {
  local word place=''
  local -a next
  for word in \${words[2,CURRENT-1]}; do
    case "\${place:+$place }$word" in
      ${places.flatMap(({ words }) => (words === '' ? [] : [`'${words}'`])).join('|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${places.map(({ words, next }) => `    '${words}') next=(${next.map(({ word, about }) => quoted(`${word}:${about.replaceAll(':', '\\:')}`)).join(' ')}) ;;`).join('\n')}
  esac
  _describe -t commands rollcall next || _files
}
compdef _rollcall rollcall`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ words, next }) =>
    next.map(({ word, about }) => {
      const option = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c rollcall -n ${quoted(`__rollcall_at ${words}`.trim())} ${option} -d ${quoted(about)}`;
    }),
  );
  return `function __rollcall_at
  set -l words (commandline -opc | string match -v -- '-*')
  test "$words[2..]" = "$argv"
end
${lines.join('\n')}`;
}

/** Quotes a word for bash, zsh and fish: a quote inside becomes '\\''. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const HELP = `
Examples:
  source <(rollcall completion bash)
  rollcall completion zsh > "\${fpath[1]}/_rollcall"
  rollcall completion fish > ~/.config/fish/completions/rollcall.fish`;
