/** Applies environment variables: `${NAME}` inside values, and three variables that override keys of the file. */
import { isBlock, keyText, type Path, type Problem, valueAt } from '../schema/problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Input {
  /** The values of the file after substitution and overrides. */
  readonly content: unknown;
  readonly problems: readonly Problem[];
  /** By key text: the names of the variables that a value uses. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** By key text: the variable that replaced a value of the file. */
  readonly overrides: ReadonlyMap<string, string>;
}

const OVERRIDES: readonly { readonly name: string; readonly path: readonly [string, string] }[] = [
  { name: 'DATABASE_URL', path: ['database', 'url'] },
  { name: 'REDIS_URL', path: ['redis', 'url'] },
  { name: 'LOG_LEVEL', path: ['log', 'level'] },
];

/**
 * Substitutes `${NAME}` and `${NAME:-default}` in every value (`$${` is a literal `${`). Then applies the overrides
 * DATABASE_URL, REDIS_URL and LOG_LEVEL. An empty override is ignored.
 */
export function applyEnvironment(content: unknown, env: Env): Input {
  const problems: Problem[] = [];
  const variables = new Map<string, string[]>();
  const filled = fill(content, [], (text, path) => {
    const names: string[] = [];
    const value = fillText(text, env, names, message => problems.push({ path, message }));
    if (names.length > 0) variables.set(keyText(path), names);
    return value;
  });
  const overriding = OVERRIDES.filter(({ name }) => env[name]);
  const overrides = new Map(overriding.map(({ name, path }) => [keyText(path), name]));
  return {
    content: overriding.reduce((value, { name, path }) => override(value, path, env[name] ?? ''), filled),
    problems: problems.filter(({ path }) => !overrides.has(keyText(path))),
    variables,
    overrides,
  };
}

function fill(value: unknown, path: Path, each: (text: string, path: Path) => string): unknown {
  if (typeof value === 'string') return each(value, path);
  if (Array.isArray(value)) return value.map((item: unknown, index) => fill(item, [...path, index], each));
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key], each)]),
  );
}

function fillText(text: string, env: Env, names: string[], complain: (message: string) => void): string {
  return text.replace(
    /\$\$\{|\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g,
    (found, name?: string, fallback?: string) => {
      if (found === '$${') return '${';
      if (name === undefined) {
        complain(
          `contains an incomplete variable: write \${NAME} or \${NAME:-default}, or $\${ for a literal \${`,
        );
        return found;
      }
      names.push(name);
      const value = env[name];
      if (value === undefined && fallback === undefined) {
        complain(
          `uses the environment variable ${name}, which is not set; set it, or give a default with \${${name}:-…}`,
        );
      }
      return fallback === undefined ? (value ?? found) : value || fallback;
    },
  );
}

function override(content: unknown, [block, key]: readonly [string, string], value: string): unknown {
  const current = valueAt(content, [block]);
  if (!isBlock(content) || (current !== undefined && current !== null && !isBlock(current))) return content;
  const kept = hasPassword(value) ? withoutPassword(current) : current;
  return { ...content, [block]: { ...(isBlock(kept) ? kept : {}), [key]: value } };
}

/** Whether the URL contains a password. Such a URL also overrides the password in the file. */
function hasPassword(text: string): boolean {
  return (URL.parse(text)?.password ?? '') !== '';
}

function withoutPassword(block: unknown): unknown {
  if (!isBlock(block)) return block;
  const { password: _password, passwordFile: _passwordFile, ...rest } = block;
  return rest;
}
