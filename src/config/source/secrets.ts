/** Reads passwords and tokens: from the file, from an environment variable, or from a separate file (`…File`). */
import { resolve } from 'node:path';
import { webhookSecrets } from '../rules/notify.ts';
import { isBlock, itemsAt, keyText, type Path, type Problem, valueAt } from '../schema/problem.ts';
import { readText } from './read-text.ts';

interface Place {
  /** The path of the secret. The path of its file has the suffix `File`. */
  readonly path: Path;
  readonly required: boolean;
  readonly whyNotEmpty: string;
}

export interface Secrets {
  /** By key text. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Whether the value at this path is a secret and must never be shown. */
export function isSecret(path: Path): boolean {
  return ['password', 'bindPassword', 'secret', 'clientSecret'].includes(String(path.at(-1)));
}

/**
 * Reads all secrets. Relative paths start at `folder`. A trailing line end is not part of a secret. Missing, empty and
 * duplicate secrets are problems, which name the key and the file but never the content.
 */
export async function readSecrets(content: unknown, folder: string): Promise<Secrets> {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  for (const place of places(content)) {
    const found = await readSecret(content, place, folder);
    if (found === undefined) continue;
    if ('message' in found) problems.push(found);
    else values.set(keyText(place.path), found.secret);
  }
  const webhooks = itemsAt(content, ['notify', 'webhooks']);
  return {
    values,
    problems: [...problems, ...sharedTokens(content, values), ...webhookSecrets(webhooks, values)],
  };
}

function places(content: unknown): Place[] {
  const service = { required: false, whyNotEmpty: 'omit it if no password is required' };
  const token = { required: true, whyNotEmpty: 'any caller could use it' };
  const webhook = { required: true, whyNotEmpty: 'the receiver could not verify the sender of a message' };
  const bind = {
    whyNotEmpty:
      'servers treat a bind without a password as anonymous and return fewer entries (RFC 4513 5.1.2)',
  };
  const places = [
    { path: ['database', 'password'], ...service },
    { path: ['redis', 'password'], ...service },
    { path: ['http', 'oidc', 'clientSecret'], required: false, whyNotEmpty: 'omit it for a public client' },
    ...itemsAt(content, ['http', 'tokens']).map(({ path }) => ({ path: [...path, 'secret'], ...token })),
    ...itemsAt(content, ['notify', 'webhooks']).map(({ path }) => ({
      path: [...path, 'secret'],
      ...webhook,
    })),
    ...itemsAt(content, ['directories']).map(({ path }) => {
      const required = valueAt(content, [...path, 'bind']) !== 'external';
      return { ...bind, path: [...path, 'bindPassword'], required };
    }),
  ];
  return places.filter(({ path }) => isBlock(valueAt(content, path.slice(0, -1))));
}

async function readSecret(
  content: unknown,
  { path, required, whyNotEmpty }: Place,
  folder: string,
): Promise<Problem | { readonly secret: string } | undefined> {
  const key = String(path.at(-1));
  const filePath = [...path.slice(0, -1), `${key}File`];
  const given = valueAt(content, path);
  const file = valueAt(content, filePath);
  if (given !== undefined && file !== undefined) {
    return { path: filePath, message: `is given together with ${key}; keep one of the two` };
  }
  if (given === undefined && file === undefined) {
    return required ? { path, message: `is missing; give ${key} or ${key}File` } : undefined;
  }
  if (typeof given === 'string') return notEmpty(given, path, `is empty: ${whyNotEmpty}`);
  // The schema reports values that are not text, and unusable file names.
  if (typeof file !== 'string' || file === '') return undefined;
  const read = await readText(resolve(folder, file));
  if ('reason' in read)
    return { path: filePath, message: `names ${file}, which cannot be read: ${read.reason}` };
  return notEmpty(
    read.text.replace(/[\r\n]+$/, ''),
    filePath,
    `names ${file}, which is empty: ${whyNotEmpty}`,
  );
}

function notEmpty(secret: string, path: Path, message: string): Problem | { readonly secret: string } {
  return secret.trim() === '' ? { path, message } : { secret };
}

/** Refuses equal secrets of two tokens, because the secret alone identifies the token and its role. */
function sharedTokens(content: unknown, values: ReadonlyMap<string, string>): Problem[] {
  const owners = new Map<string, Path>();
  return itemsAt(content, ['http', 'tokens']).flatMap(({ path }) => {
    const secret = values.get(keyText([...path, 'secret']));
    const owner = secret === undefined ? undefined : owners.get(secret);
    if (secret !== undefined && owner === undefined) owners.set(secret, path);
    return owner === undefined
      ? []
      : { path, message: `has the same secret as ${keyText(owner)}; each token needs its own` };
  });
}
