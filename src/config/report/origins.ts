/** Formats the effective configuration: every value and its source. Secrets are masked. */
import { isBlock, keyText, type Path } from '../schema/problem.ts';
import type { Input } from '../source/environment.ts';
import type { ConfigFile } from '../source/file.ts';
import { isSecret } from '../source/secrets.ts';

/** One value of the effective configuration. */
export interface Origin {
  /** `directories[0].pageSize` */
  readonly path: string;
  /** Secrets, and passwords in URLs, are `***`. */
  readonly value: unknown;
  /** `config/rollcall.yaml:12`, `environment DATABASE_URL`, `default`. */
  readonly origin: string;
}

/** Every value of a validated configuration, in the order of the schema. */
export function originsOf(config: unknown, file: ConfigFile, input: Input): Origin[] {
  return leaves(config, []).map(({ path, value }) => ({
    path: keyText(path),
    value: shownValue(path, value),
    origin: originOf(path, file, input),
  }));
}

/** Formats the origins as aligned lines: key, value, source. */
export function formatOrigins(origins: readonly Origin[]): string {
  const rows = origins.map(({ path, value, origin }) => [path, JSON.stringify(value), origin] as const);
  const widest = (column: 0 | 1) => Math.min(60, Math.max(0, ...rows.map(row => row[column].length)));
  const widths = [widest(0), widest(1)] as const;
  return rows
    .map(([path, value, origin]) => `${path.padEnd(widths[0])}  ${value.padEnd(widths[1])}  ${origin}`)
    .join('\n');
}

function originOf(path: Path, file: ConfigFile, { overrides, variables }: Input): string {
  const key = keyText(path);
  const override = overrides.get(key);
  if (override !== undefined) return `environment ${override}`;
  const { line, exact } = file.lineOf(path);
  if (!exact) return 'default';
  const names = variables.get(key) ?? [];
  return [`${file.name}:${line}`, ...names.map(name => `environment ${name}`)].join(', ');
}

/** The value without secrets. */
export function shownValue(path: Path, value: unknown): unknown {
  if (isSecret(path)) return '***';
  return isWebhookUrl(path) ? maskPath(value) : mask(value);
}

/** All values in a block, each with its path. A list of single values is one value. */
export function leaves(value: unknown, path: Path): { path: Path; value: unknown }[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    return value.some(isBlock)
      ? value.flatMap((item: unknown, index) => leaves(item, [...path, index]))
      : [{ path, value }];
  }
  if (!isBlock(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

/** The path of a webhook URL is a secret, because the URL alone often permits posting. */
function isWebhookUrl(path: Path): boolean {
  return path[0] === 'notify' && path.at(-1) === 'url';
}

function maskPath(value: unknown): string {
  return `${URL.parse(String(value))?.origin ?? ''}/***`;
}

function mask(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(:\/\/[^/?#]*?:)[^/?#]*(@)/, '$1***$2') : value;
}
