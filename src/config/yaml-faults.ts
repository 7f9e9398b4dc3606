/** Why a text is not the YAML that we take, in our words: those of the library may hold a value of the file. */
import { type Document, visit, type YAMLError } from 'yaml';

interface Fault {
  readonly offset: number;
  readonly message: string;
}

const QUOTES_NEEDED = 'a value that starts with * & ! % @ or ` must be put in quotes';

/** What is wrong, empty when nothing is. Of errors in the structure only the first: the others follow from it. */
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
  return faults.length > 0 ? faults : deadAliases(document);
}

/** For errors that stand for themselves. */
function ownWords(error: YAMLError, text: string): string | undefined {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `the key "${/^[\w-]*/.exec(text.slice(error.pos[0]))?.[0]}" stands here a second time; keep one`;
    case 'BAD_SCALAR_START':
    case 'TAG_RESOLVE_FAILED':
      return QUOTES_NEEDED;
    case 'MULTIPLE_DOCS':
      return 'a second YAML document (---) begins here; keep one';
    default:
      return undefined;
  }
}

/** The most likely reason, from the look of the line on which the structure broke. */
function guess(code: string, line: string): string {
  if (/^ *\t/.test(line)) return 'indent with spaces, not with a tab';
  if (/[:,] +[*&!%@`]/.test(line)) return QUOTES_NEEDED;
  if (/[{[].*\$\{/.test(line)) return 'inside { } and [ ], a value with a variable must be put in quotes';
  const what = code.toLowerCase().replaceAll('_', ' ');
  return `is not valid YAML from here on (${what}); look at the indentation, the quotes and the space after each colon`;
}

function lineAround(offset: number, text: string): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start).split('\n', 1)[0] ?? '';
}

/** Aliases without their anchor, or inside it; the library finds them only when it makes values, and has no line then. */
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
