/** The YAML file: plain values, and the line on which each of them stands. */
import { readFile } from 'node:fs/promises';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { ConfigError } from '../errors.ts';
import type { Path } from './problem.ts';
import { reasonOf } from './readable.ts';

export interface ConfigFile {
  /** As it was given, for messages. */
  readonly name: string;
  readonly content: unknown;
  /** The line of a key or a list item. `exact: false`: it is not in the file, the line is that of the block it belongs to. */
  lineOf(path: Path): { readonly line: number; readonly exact: boolean };
}

/** Reads and parses the file. Throws ConfigError when it cannot be read or is not YAML. */
export async function readConfigFile(name: string): Promise<ConfigFile> {
  return parseConfigFile(name, await textOf(name));
}

/** Parses the text of a configuration file. Throws ConfigError with every place that is not YAML. */
export function parseConfigFile(name: string, text: string): ConfigFile {
  const lines = new LineCounter();
  // The library's own "pretty" errors quote the line, and with it perhaps a password.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    throw new ConfigError(
      errors.map(error => `${name}:${lines.linePos(error.pos[0]).line} ${explain(error, text)}`),
    );
  }
  const content: unknown = document.toJS();
  return {
    name,
    content: content ?? {},
    lineOf: path => {
      const { offset, exact } = locate(document, path);
      return { line: lines.linePos(offset).line, exact };
    },
  };
}

async function textOf(name: string): Promise<string> {
  try {
    return await readFile(name, 'utf8');
  } catch (error) {
    throw new ConfigError(
      [
        `${name}: the configuration file cannot be read (${reasonOf(error)}); name another one with --config FILE or ROLLCALL_CONFIG, or start from an example in config/`,
      ],
      { cause: error },
    );
  }
}

/** The library's words where they cannot hold a value of the file, ours elsewhere. */
function explain(error: YAMLError, text: string): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `the key "${/^[\w-]*/.exec(text.slice(error.pos[0]))?.[0]}" stands here a second time; keep one`;
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
    case 'BAD_SCALAR_START':
    case 'TAG_RESOLVE_FAILED':
      return 'a value that starts with * & ! % @ or ` must be put in quotes';
    case 'TAB_AS_INDENT':
      return 'indent with spaces, not with a tab';
    case 'MULTIPLE_DOCS':
      return 'the file holds a second YAML document (---); keep one';
    default:
      return `is not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')}); look at the indentation, the quotes and the space after each colon`;
  }
}

function locate(document: Document, path: Path): { offset: number; exact: boolean } {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const next = child(isAlias(node) ? node.resolve(document) : node, step);
    if (next === undefined) return { offset, exact: false };
    offset = startOf(next.position) ?? offset;
    node = next.value;
  }
  return { offset, exact: true };
}

function child(node: unknown, step: PropertyKey): { position: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return item === undefined ? undefined : { position: item, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair === undefined ? undefined : { position: pair.key, value: pair.value };
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}
