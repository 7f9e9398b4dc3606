/** Reads the YAML file: its plain values, and the line of each value. */
import { readFile } from 'node:fs/promises';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '../../errors.ts';
import type { Path } from '../schema/problem.ts';
import { reasonOf } from './read-text.ts';
import { yamlFaults } from './yaml-errors.ts';

export interface ConfigFile {
  /** The name as the operator gave it, for messages. */
  readonly name: string;
  readonly content: unknown;
  /** The line of a key or list item. `exact: false`: the key is not in the file; the line is that of its block. */
  lineOf(path: Path): { readonly line: number; readonly exact: boolean };
}

/** Reads and parses the file. Throws ConfigError if it cannot be read or is not YAML. */
export async function readConfigFile(name: string): Promise<ConfigFile> {
  return parseConfigFile(name, await textOf(name));
}

/** Parses the text of a configuration file. Throws ConfigError with all YAML errors. */
export function parseConfigFile(name: string, text: string): ConfigFile {
  const lines = new LineCounter();
  // The "pretty" errors of the library quote the line, which may contain a password.
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
        `${name}: cannot read the configuration file (${reasonOf(error)}); name another file with --config FILE or ROLLCALL_CONFIG, or copy an example from config/`,
      ],
      { cause: error },
    );
  }
}

function valuesOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // The message of the library may contain an alias name, which may be a secret.
    throw new ConfigError([`${name}: uses too many aliases (*name), or a cycle of aliases`], {
      cause: error,
    });
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
