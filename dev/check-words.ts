/** npm run check:words: refuses archaic words in texts that users and contributors read. */
import { globSync, readFileSync } from 'node:fs';

/** Each with its replacement. Matches whole words: `stands` does not forbid "standard". */
const WORDS: Readonly<Record<string, string>> = {
  'nobody|somebody|anybody|everybody': 'name the user, person, process or caller, or "no user"',
  'no one|whoever|whomever|whosoever': 'name the user, person, process or caller',
  whatever: 'name the thing, or "any"',
  'wherever|whichever': 'name the place or the thing',
  'beside|besides': '"next to", "in addition to", "with"',
  anew: '"again"',
  'stands|stand still': '"is", "stays", "is no longer synced"',
  told: '"notified", "reported", "shown"',
  'bears|bear|borne': '"has", "supports"',
  'goes on|go on': '"continues"',
  'looks after|look after': '"manages"',
  'thereof|therein|thereby|therefrom|thereupon': '"of it", "so"',
  'herein|hereby|hereof|heretofore|hitherto': '"here", "until now"',
  'wherein|whereof|whereby|whereupon|wherefore': '"in which", "so that"',
  'whence|thence|hence|hither|thither': '"from where", "so"',
  'lest|albeit|ere|whilst|amongst|upon': '"so that not", "although", "before", "while", "among", "on"',
  'shall|aforesaid|alas|thus|naught|aught': '"must", "this", "so", "nothing"',
};

const DOCUMENTS = ['*.md', 'docs/**/*.md', 'config/*.yaml', 'compose.yaml', 'deploy/**/*.{conf,sh,yaml}'];

/** Only the string literals of these files are checked. */
const TEXTS = ['src/cli/**/*.ts', 'src/http/console/**/*.js'];

const PATTERN = new RegExp(String.raw`\b(?:${Object.keys(WORDS).join('|')})\b`, 'gi');
const CODE = /^```[\s\S]*?^```|`[^`\n]*`/gm;
/** The next token of code, and the next token of the text of a template literal. Each can start in the other. */
const IN_CODE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|[\s\S]/y;
const IN_TEMPLATE = /\$\{|\\?[\s\S]/y;

/** One line for each refused word of a text. */
export function refused(file: string, text: string): string[] {
  const shown = /\.[jt]s$/.test(file) ? literalsOf(text) : text.replace(CODE, blank);
  return [...shown.matchAll(PATTERN)].map(({ 0: word, index }) => {
    const line = shown.slice(0, index).split('\n').length;
    return `${file}:${line} "${word}": say ${adviceFor(word)}`;
  });
}

/** Blanks everything except the text of strings, so that lines keep their numbers. */
function literalsOf(code: string): string {
  const open: ('`' | '{')[] = [];
  let shown = '';
  while (shown.length < code.length) {
    const isText = open.at(-1) === '`';
    const rule = isText ? IN_TEMPLATE : IN_CODE;
    rule.lastIndex = shown.length;
    const token = rule.exec(code)?.[0] ?? '';
    if (token === (isText ? '`' : '}')) open.pop();
    else if (token === '`') open.push('`');
    else if (token === (isText ? '${' : '{')) open.push('{');
    shown += isText || /^['"]./.test(token) ? token : blank(token);
  }
  return shown;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function adviceFor(word: string): string {
  const found = Object.entries(WORDS).find(([words]) => words.split('|').includes(word.toLowerCase()));
  return found?.[1] ?? 'something plainer';
}

if (import.meta.main) {
  const files = globSync([...DOCUMENTS, ...TEXTS]).sort();
  const findings = files.flatMap(file => refused(file, readFileSync(file, 'utf8')));
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) process.exitCode = 1;
}
