/** A configuration file of a company, which a test changes and reloads. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfiguration } from '../../../src/app/commands/configuration.ts';
import type { Configuration } from '../../../src/app/commands/reload.ts';
import { temporaryFolder } from '../config.ts';
import type { Company } from '../given/company.ts';
import { redisSettings } from '../servers/redis.ts';

export const OPS = 'the-token-of-ops';
const PASSWORD_FILE = 'bind-password';

export interface ReloadingCompany extends AsyncDisposable {
  readonly configuration: Configuration;
  /** Writes the file with these keys instead. `directory`: keys of the only directory. */
  write(changes?: { readonly directory?: object; readonly [key: string]: unknown }): Promise<void>;
  /** Writes a text that replaces the file. */
  writeText(text: string): Promise<void>;
  writePassword(text: string): Promise<void>;
}

/** Writes and loads the file. The password of the bind account is in a file of its own. */
export async function reloadingCompany({ ldap, db, settings }: Company): Promise<ReloadingCompany> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'rollcall.yaml');
  const usual = {
    database: { url: db.orm.config.get('clientUrl') },
    redis: redisSettings(),
    http: { host: '127.0.0.1', port: 0, tokens: [{ name: 'ops', role: 'admin', secret: OPS }] },
    log: { level: 'silent' },
  };
  const corp = {
    name: settings.name,
    urls: [ldap.url],
    allowPlaintext: true,
    bindDn: settings.bindDn,
    bindPasswordFile: PASSWORD_FILE,
    schedule: '0 3 1 1 *',
    users: { baseDn: settings.users.baseDn },
    groups: { baseDn: settings.groups.baseDn },
    mappings: [{ team: 'platform', name: '{cn}' }],
  };
  // In one step: a reload that is under way reads the file of before or of after.
  const writeText = async (text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const writePassword = (text: string) => writeFile(join(folder.path, PASSWORD_FILE), text);
  // JSON is valid YAML.
  const write: ReloadingCompany['write'] = ({ directory = {}, ...more } = {}) =>
    writeText(JSON.stringify({ ...usual, ...more, directories: [{ ...corp, ...directory }] }));
  const load = () => loadConfiguration({ file, env: {} });
  await writePassword(settings.bindPassword);
  await write();
  return {
    configuration: { loaded: await load(), load },
    write,
    writeText,
    writePassword,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
