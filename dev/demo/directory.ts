/** The directory server of the demo: serves an LDIF file and follows its changes. */
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../src/errors.ts';
import { startLdapServer } from '../fake-ldap/server/server.ts';
import { parseLdif } from '../fake-ldap/tree/ldif.ts';
import { keptLdif, type StateFiles } from './state.ts';

const bindDn = 'cn=rollcall,ou=services,dc=halyard,dc=example';

export interface SampleDirectory extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves the sample organisation. When its LDIF file is saved, the entries change accordingly, and clients that follow
 * are notified.
 */
export async function startDirectory(
  { ldif: file }: StateFiles,
  password: string,
  say: (line: string) => void,
): Promise<SampleDirectory> {
  const entries = parseLdif(await keptLdif(file));
  const server = await startLdapServer({ entries, accounts: [{ dn: bindDn, password }] });
  const reload = async () => {
    server.load(parseLdif(await readFile(file, 'utf8')));
    say('the sample directory has changed');
  };
  watchFile(file, { interval: 200, persistent: false }, () => {
    reload().catch(error => say(`the sample directory stays as it was: ${messageOf(error)}`));
  });
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      unwatchFile(file);
      await server.close();
    },
  };
}
