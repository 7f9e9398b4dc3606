/**
 * The files of an instance of 389 Directory Server, from the package's templates: `dscreate` takes a quarter of a
 * minute and writes into the system.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unprivileged } from './account.ts';
import type { DirectoryAccess } from './directory.ts';

const run = promisify(execFile);
const templates = ['template-dse.ldif', 'template-suffix-db.ldif'].map(name =>
  join('/usr/share/dirsrv/data', name),
);
const backend = 'userroot';
/** Folders by their names in the templates. */
const folders: Readonly<Record<string, string>> = {
  run_dir: 'run',
  log_dir: 'log',
  lock_dir: 'lock',
  tmp_dir: 'tmp',
  ldif_dir: 'ldif',
  bak_dir: 'bak',
  inst_dir: 'inst',
  config_dir: 'config',
  cert_dir: 'config',
  // In another place it would not be found before the configuration is read.
  schema_dir: 'config/schema',
  db_dir: 'db',
  db_home_dir: 'home',
};

const ownSchema = `dn: cn=schema
objectClass: top
objectClass: ldapSubentry
objectClass: subschema
cn: schema
`;

/** The folders that an instance needs. */
export function ds389Folders(folder: string): string[] {
  return [...new Set(Object.values(folders))].map(name => join(folder, name));
}

/** Fills the templates, and enables the USN plug-in. */
export async function configureDs389(folder: string, port: number, access: DirectoryAccess): Promise<void> {
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(folders).map(([token, name]) => [token, join(folder, name)])),
    fqdn: 'localhost',
    ds_port: String(port),
    // The account for a start by root, which `unprivileged` has replaced.
    ds_user: process.getuid?.() === 0 ? 'nobody' : userInfo().username,
    rootdn: access.adminDn,
    ds_passwd: saltedHash(access.adminPassword),
    ldapi: join(folder, 'run/socket'),
    ldapi_enabled: 'off',
    ldapi_autobind: 'off',
    db_lib: 'bdb',
    ds_suffix: access.baseDn,
    ds_bename: backend,
  };
  const texts = await Promise.all(templates.map(file => readFile(file, 'utf8')));
  const records = texts
    .join('\n')
    .replace(/^#.*\n/gm, '')
    .replace(/%(\w+)%/g, (_token, name: string) => valueFor(name, values))
    .split(/\n{2,}/)
    .filter(record => record.trim() !== '')
    .map(record => (record.includes('dn: cn=USN,') ? record.replace(/(enabled): off/, '$1: on') : record));
  const write = (name: string, text: string) => writeFile(join(folder, 'config', name), text);
  await write('dse.ldif', `${records.join('\n\n')}\n`);
  await write('certmap.conf', 'certmap default default\n');
  await write('slapd-collations.conf', '');
  await write('schema/99user.ldif', ownSchema);
}

function valueFor(name: string, values: Readonly<Record<string, string>>): string {
  const value = values[name];
  if (value === undefined) throw new Error(`389's template asks for "${name}", which has no value here`);
  return value;
}

/** `{SSHA}`: it does not start with a root password in clear text. */
function saltedHash(password: string): string {
  const salt = randomBytes(8);
  const digest = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
}

/**
 * Runs `command`, an ldif2db of the instance in the folder. ldif2db skips refused entries; this function throws an
 * error that names them.
 */
export async function importIntoDs389(
  command: readonly string[],
  folder: string,
  ldif: readonly string[],
): Promise<void> {
  const file = join(folder, 'ldif/load.ldif');
  await writeFile(file, ldif.join(''));
  const owned = [file, join(folder, 'config/dse.ldif'), join(folder, 'config/schema/99user.ldif')];
  const [program = '', ...args] = await unprivileged([...command, '-n', backend, '-i', file], owned);
  const failure = await run(program, args, { cwd: folder }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const log = await readFile(join(folder, 'log/errors'), 'utf8').catch(() => '');
  const skipped = log.split('\n').filter(line => line.includes('Skipping entry'));
  if (failure === undefined && skipped.length === 0) return;
  const why = skipped.length > 0 ? skipped : log.trim().split('\n').slice(-8);
  throw new Error(`389 Directory Server did not import the entries:\n  ${why.join('\n  ')}`, {
    cause: failure,
  });
}
