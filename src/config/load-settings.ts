/** The configuration: one file and the environment, validated completely before anything starts, then frozen. */
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../errors.ts';
import type { Settings } from '../model/settings.ts';
import { type Origin, originsOf } from './report/origins.ts';
import { explainIssues } from './report/schema-issues.ts';
import { type Values, valuesOf } from './report/values.ts';
import { ruleProblems } from './rules/rules.ts';
import type { Checks } from './schema/injected-checks.ts';
import { keyText, type Problem } from './schema/problem.ts';
import { type Config, configSchema } from './schema/schema.ts';
import { certificateProblems } from './source/certificates.ts';
import { applyEnvironment, type Input } from './source/environment.ts';
import { type ConfigFile, parseConfigFile, readConfigFile } from './source/file.ts';
import { readSecrets } from './source/secrets.ts';
import { settingsOf } from './to-settings.ts';

export interface LoadedSettings {
  readonly settings: Settings;
  /** The path of the file, as it was given. */
  readonly file: string;
  /** Every value with its source, secrets masked. */
  readonly origins: readonly Origin[];
  /** Every value and secret, to compare this configuration with another one. */
  readonly values: Values;
  /**
   * Reads the secrets of this configuration again. undefined: their files have not changed. Throws ConfigError if the
   * configuration is not valid with what they contain.
   */
  readonly withSecretsOfNow: () => Promise<LoadedSettings | undefined>;
}

export interface LoadOptions {
  /** Default: `ROLLCALL_CONFIG`, otherwise `config/rollcall.yaml`. */
  readonly file?: string | undefined;
  /** The content of the file, if it is not written yet. */
  readonly text?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly checks: Checks;
}

/**
 * Reads, completes and validates the configuration. Paths in it are relative to the folder of the file. Throws
 * ConfigError with every problem: file and line (or variable), key, what is wrong and what is allowed. The result is
 * frozen.
 */
export async function loadSettings({ file: given, text, env, checks }: LoadOptions): Promise<LoadedSettings> {
  const name = given ?? (env['ROLLCALL_CONFIG'] || 'config/rollcall.yaml');
  const file = text === undefined ? await readConfigFile(name) : parseConfigFile(name, text);
  return completed(file, env, checks);
}

async function completed(file: ConfigFile, env: LoadOptions['env'], checks: Checks): Promise<LoadedSettings> {
  const folder = dirname(file.name);
  const input = applyEnvironment(file.content, env);
  const parsed = parse(input, checks);
  const secrets = await readSecrets(input.content, folder);
  const problems = firstProblems([
    input.problems,
    'problems' in parsed ? parsed.problems : [],
    ruleProblems(input.content, checks),
    secrets.problems,
    await certificateProblems(input.content, folder),
  ]);
  if ('problems' in parsed || problems.length > 0) throw new ConfigError(report(problems, file, input));
  return deepFreeze({
    settings: settingsOf(parsed.config, { secrets: secrets.values, folder }),
    file: file.name,
    origins: originsOf(parsed.config, file, input),
    values: valuesOf(parsed.config, secrets.values),
    async withSecretsOfNow() {
      const now = await readSecrets(input.content, folder);
      return isDeepStrictEqual(now.values, secrets.values) ? undefined : completed(file, env, checks);
    },
  });
}

function parse(
  input: Input,
  checks: Checks,
): { readonly config: Config } | { readonly problems: readonly Problem[] } {
  const schema = configSchema(checks);
  const parsed = schema.safeParse(input.content);
  if (parsed.success) return { config: parsed.data };
  const fromVariable = (path: Problem['path']) => input.variables.has(keyText(path));
  return { problems: explainIssues(parsed.error.issues, schema, input.content, fromVariable) };
}

/** The first problem of each key: later stages report a key again that an earlier stage found wrong. */
function firstProblems(stages: readonly (readonly Problem[])[]): Problem[] {
  const found: Problem[] = [];
  for (const stage of stages) {
    const keys = new Set(found.map(({ path }) => keyText(path)));
    found.push(...stage.filter(({ path }) => !keys.has(keyText(path))));
  }
  return found;
}

function report(problems: readonly Problem[], file: ConfigFile, { overrides }: Input): string[] {
  return problems
    .map(({ path, message }) => {
      const key = keyText(path);
      const { line } = file.lineOf(path);
      const variable = overrides.get(key);
      const place = variable === undefined ? `${file.name}:${line}` : `environment ${variable}`;
      return { line, text: `${place} ${key === '' ? 'the file' : key}: ${message}` };
    })
    .sort((one, other) => one.line - other.line)
    .map(({ text }) => text);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}
