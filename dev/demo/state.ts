/** The folder in which the demo keeps its data, secrets and configuration. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The files of the demo. */
export interface StateFiles {
  readonly folder: string;
  readonly config: string;
  readonly adminToken: string;
  readonly directoryPassword: string;
  readonly ldif: string;
}

/**
 * Creates the missing folder: `.rollcall` of the checkout, or ROLLCALL_STATE. Every account may pass through it,
 * because PostgreSQL has to under root; only the owner can read the secrets in it.
 */
export async function openState(env: NodeJS.ProcessEnv): Promise<StateFiles> {
  const folder = env['ROLLCALL_STATE'] ?? join(checkout, '.rollcall');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return {
    folder,
    config: join(folder, 'rollcall.yaml'),
    adminToken: join(folder, 'admin-token'),
    directoryPassword: join(folder, 'directory-password'),
    ldif: join(folder, 'sample.ldif'),
  };
}

/** A secret that is created when it is first needed. */
export async function keptSecret(file: string): Promise<string> {
  if (!existsSync(file)) await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  return (await readFile(file, 'utf8')).trim();
}

/** The sample organisation, copied on the first start, so that it can be changed. */
export async function keptLdif(file: string): Promise<string> {
  if (!existsSync(file)) await copyFile(join(checkout, 'dev/organisation/sample.ldif'), file);
  return readFile(file, 'utf8');
}

export interface Places {
  readonly databaseUrl: string;
  /** undefined: the queue is in PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly directoryUrl: string;
  readonly directoryPassword: string;
  readonly adminToken: string;
  readonly httpPort: number;
}

/** Writes config/embedded.yaml with its variables replaced, so that every command works with the running service. */
export async function writeConfig(file: string, places: Places): Promise<void> {
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
  await writeFile(file, `# npm start writes this file at every start.\n${text}`, { mode: 0o600 });
  await chmod(file, 0o600);
}
