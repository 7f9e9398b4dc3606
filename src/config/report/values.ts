/** The values of a configuration, to compare two configurations. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isBlock, keyText, type Path, valueAt } from '../schema/problem.ts';
import { leaves, shownValue } from './origins.ts';

/** By key. An item that has a name is found by its name, so that its keys stay the same when the list changes. */
export type Values = ReadonlyMap<string, ComparedValue>;

interface ComparedValue {
  /** Secrets, and passwords in URLs, are `***`. */
  readonly shown: unknown;
  /** A hash of the value itself. It stays in the process, because a weak secret can be guessed from it. */
  readonly digest: string;
}

/** A key whose value differs. undefined: the configuration does not have it. */
export interface Difference {
  readonly key: string;
  readonly running: unknown;
  readonly file: unknown;
}

/** The values of a validated configuration. `secrets`: by key text, also those from files. */
export function valuesOf(config: unknown, secrets: ReadonlyMap<string, string>): Values {
  const found = leaves(config, []).flatMap(leaf => [leaf, ...secretFrom(leaf.path, secrets)]);
  return new Map(
    found.map(({ path, value }) => [
      namedKey(config, path),
      { shown: shownValue(path, value), digest: hashOf(value) },
    ]),
  );
}

/** The keys whose values differ, also those of secrets. */
export function changedKeys(before: Values, after: Values): string[] {
  const keys = new Set([...after.keys(), ...before.keys()]);
  return [...keys].filter(key => before.get(key)?.digest !== after.get(key)?.digest);
}

/** What is shown of two configurations that differ. Secrets are not compared. */
export function differencesOf(running: Readonly<Record<string, unknown>>, values: Values): Difference[] {
  const file = shownValues(values);
  const keys = new Set([...Object.keys(file), ...Object.keys(running)]);
  return [...keys]
    .map(key => ({ key, running: running[key], file: file[key] }))
    .filter(each => !isDeepStrictEqual(each.running, each.file));
}

/** What may be shown of the values, by key. */
export function shownValues(values: Values): Record<string, unknown> {
  return Object.fromEntries([...values].map(([key, { shown }]) => [key, shown]));
}

/** The secret that the file at this path contains. */
function secretFrom(path: Path, secrets: ReadonlyMap<string, string>): { path: Path; value: unknown }[] {
  const last = String(path.at(-1));
  const secretPath = [...path.slice(0, -1), last.replace(/File$/, '')];
  const value = secrets.get(keyText(secretPath));
  return last.endsWith('File') && value !== undefined ? [{ path: secretPath, value }] : [];
}

/** `directories[corp].pageSize`. The name of a mapping is a template, so mappings have their position. */
function namedKey(config: unknown, path: Path): string {
  const first = path.findIndex(step => typeof step === 'number');
  const item = valueAt(config, path.slice(0, first + 1));
  const name = isBlock(item) ? item['name'] : undefined;
  if (first === -1 || typeof name !== 'string') return keyText(path);
  const rest = keyText(['', ...path.slice(first + 1)]);
  return `${keyText(path.slice(0, first))}[${name}]${rest}`;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}
