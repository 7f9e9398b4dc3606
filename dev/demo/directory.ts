import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../src/errors.ts';
import { type LdapServer, startLdapServer } from '../fake-ldap/server/server.ts';
import { parseLdif } from '../fake-ldap/tree/ldif.ts';
import { keptLdif, type StateFiles } from './state.ts';

const bindDn = 'cn=rollcall,ou=services,dc=halyard,dc=example';

export interface SampleDirectory extends AsyncDisposable {
  readonly url: string;
}

/** Serves the sample organisation, and reloads it whenever its LDIF file is saved. */
export async function startDirectory(
  { ldif: file }: StateFiles,
  password: string,
  say: (line: string) => void,
): Promise<SampleDirectory> {
  const serve = (ldif: string, port: number): Promise<LdapServer> =>
    startLdapServer({ entries: parseLdif(ldif), accounts: [{ dn: bindDn, password }], port });
  let server = await serve(await keptLdif(file), 0);
  const { url, port } = server;
  const reload = async () => {
    const ldif = await readFile(file, 'utf8');
    parseLdif(ldif);
    await server.close();
    server = await serve(ldif, port);
    say('the sample directory has changed');
  };
  watchFile(file, { interval: 500, persistent: false }, () => {
    reload().catch(error => say(`the sample directory stays as it was: ${messageOf(error)}`));
  });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      unwatchFile(file);
      await server.close();
    },
  };
}
