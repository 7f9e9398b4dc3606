import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** Where everything that the demonstration keeps lives. */
export const folder = join(checkout, '.rollcall');
export const configFile = join(folder, 'rollcall.yaml');
export const tokenFile = join(folder, 'admin-token');
export const ldifFile = join(folder, 'sample.ldif');

/** Makes the folder where it is missing. Every account may pass through it, as PostgreSQL's has to; secrets are 0600. */
export async function makeFolder(): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
}

/** A secret of ours, made the first time that it is asked for. */
export async function keptSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const secret = randomBytes(24).toString('base64url');
    await writeFile(file, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}

/** The sample organisation, copied the first time, so that it can be changed. */
export async function keptLdif(): Promise<string> {
  const sample = await readFile(new URL('../organisation/sample.ldif', import.meta.url), 'utf8');
  await writeFile(ldifFile, sample, { flag: 'wx' }).catch(() => undefined);
  return readFile(ldifFile, 'utf8');
}

export interface Places {
  readonly databaseUrl: string;
  /** undefined: the queue lives in PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly directoryUrl: string;
  readonly directoryPassword: string;
  readonly adminToken: string;
  readonly httpPort: number;
}

/** Writes config/embedded.yaml with its variables filled in, so that every command can be tried on the running service. */
export async function writeConfig(places: Places): Promise<void> {
  const template = await readFile(join(checkout, 'config/embedded.yaml'), 'utf8');
  const values: Record<string, string> = {
    ROLLCALL_DATABASE_URL: places.databaseUrl,
    ROLLCALL_DIRECTORY_URL: places.directoryUrl,
    ROLLCALL_DIRECTORY_PASSWORD: places.directoryPassword,
    ROLLCALL_ADMIN_TOKEN: places.adminToken,
    ROLLCALL_PORT: String(places.httpPort),
  };
  const filled = template.replaceAll(/\$\{(\w+)(?::-[^}]*)?\}/g, (text, name) => values[name] ?? text);
  const redis = places.redisUrl === undefined ? '' : `\nredis: { url: "${places.redisUrl}" }\n`;
  const text = filled.replace('=./rollcall.schema.json', '=../config/rollcall.schema.json') + redis;
  await writeFile(configFile, `# Written by npm start, each time anew.\n${text}`, { mode: 0o600 });
  await chmod(configFile, 0o600);
}
