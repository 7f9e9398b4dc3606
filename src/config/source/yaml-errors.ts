/** Explains YAML errors without the messages of the library, which may quote a value of the file. */
import { type Document, isAlias, isCollection, isNode, visit, type YAMLError } from 'yaml';

interface Fault {
  readonly offset: number;
  readonly message: string;
}

const QUOTES_NEEDED = 'a value that starts with * & ! % @ or ` must be put in quotes';

/** All YAML errors. Of structural errors only the first, because the others usually follow from it. */
export function yamlFaults(document: Document, text: string): Fault[] {
  const errors = [...document.errors, ...document.warnings].map(error => ({
    offset: error.pos[0],
    own: ownWords(error, text),
    code: error.code,
  }));
  const alone = errors.flatMap(({ offset, own }) => (own === undefined ? [] : { offset, message: own }));
  const structural = errors.filter(({ own }) => own === undefined).slice(0, 1);
  const faults = [
    ...alone,
    ...structural.map(({ offset, code }) => ({ offset, message: guess(code, lineAround(offset, text)) })),
  ];
  return faults.length > 0 ? faults : [...deadAliases(document), ...blockKeys(document)];
}

/** The message for an error with a specific cause; undefined for a structural error. */
function ownWords(error: YAMLError, text: string): string | undefined {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `the key "${/^[\w-]*/.exec(text.slice(error.pos[0]))?.[0]}" is duplicated here; keep one`;
    case 'BAD_SCALAR_START':
    case 'TAG_RESOLVE_FAILED':
      return QUOTES_NEEDED;
    case 'MULTIPLE_DOCS':
      return 'a second YAML document (---) begins here; keep one';
    default:
      return undefined;
  }
}

/** The most likely cause, guessed from the line of the structural error. */
function guess(code: string, line: string): string {
  if (/^ *\t/.test(line)) return 'indent with spaces, not with a tab';
  if (/[:,] +[*&!%@`]/.test(line)) return QUOTES_NEEDED;
  if (/[{[].*\$\{/.test(line)) return 'inside { } and [ ], a value with a variable must be put in quotes';
  const what = code.toLowerCase().replaceAll('_', ' ');
  return `is not valid YAML from this line on (${what}); check the indentation, the quotes and the space after each colon`;
}

function lineAround(offset: number, text: string): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start).split('\n', 1)[0] ?? '';
}

/** Aliases without an anchor, or inside their own anchor. The library reports these later and without a line. */
function deadAliases(document: Document): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(document);
      if (target !== undefined && !ancestors.includes(target)) return;
      faults.push({ offset: alias.range?.[0] ?? 0, message: QUOTES_NEEDED });
    },
  });
  return faults;
}

/** Finds keys that are not text. The library would print them in a warning, and they may contain a secret. */
function blockKeys(document: Document): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      const value = isAlias(key) ? key.resolve(document) : key;
      if (!isCollection(value)) return;
      const offset = (isNode(key) ? key.range?.[0] : undefined) ?? 0;
      faults.push({ offset, message: 'a key must be text: put it in quotes' });
    },
  });
  return faults;
}
