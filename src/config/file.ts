/** The YAML file: plain values, and the line on which each of them stands. */
import { readFile } from 'node:fs/promises';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '../errors.ts';
import type { Path } from './problem.ts';
import { reasonOf } from './readable.ts';
import { yamlFaults } from './yaml-faults.ts';

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
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const faults = yamlFaults(document, text);
  if (faults.length > 0) {
    throw new ConfigError(faults.map(({ offset, message }) => `${name}:${lineAt(offset)} ${message}`));
  }
  const content = valuesOf(document, name);
  return {
    name,
    content: content ?? {},
    lineOf: path => {
      const { offset, exact } = locate(document, path);
      return { line: lineAt(offset), exact };
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

function valuesOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // The message of the library may hold the name of an alias, and that a secret.
    throw new ConfigError([`${name}: uses aliases (*name) too often, or in a circle`], { cause: error });
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
