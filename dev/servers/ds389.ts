/** Starts an embedded 389 Directory Server. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Attribute, Change } from 'ldapts';
import { unprivileged } from './account.ts';
import { asAdmin, binds, type DirectoryAccess, type DirectoryServer } from './directory.ts';
import { configureDs389, ds389Folders, importIntoDs389 } from './ds389-instance.ts';
import { serverFolder } from './folder.ts';
import { freePort } from './port.ts';
import { requireProgram } from './programs.ts';
import { startServer } from './server.ts';

export interface Ds389Options {
  /** The suffix entry and its children; `nsUniqueId` is kept if given. */
  readonly ldif: readonly string[];
  /** Default: dc=example,dc=com. */
  readonly baseDn?: string;
}

/**
 * 389 Directory Server on a free port of 127.0.0.1, with the USN plug-in, the entries of `ldif` and an account under
 * ou=services. Debian's package must be installed; root is not needed.
 */
export async function startDs389({
  ldif,
  baseDn = 'dc=example,dc=com',
}: Ds389Options): Promise<DirectoryServer> {
  const program = requireProgram('ns-slapd', 'dev/install/vendors.ts').path;
  const { folder, temporary } = await serverFolder('389ds', undefined);
  const port = await freePort();
  const access: DirectoryAccess = {
    url: `ldap://127.0.0.1:${port}`,
    baseDn,
    bindDn: `cn=rollcall,ou=services,${baseDn}`,
    bindPassword: 'reads-the-directory',
    adminDn: 'cn=Directory Manager',
    adminPassword: 'rules-the-directory',
  };
  const paths = ds389Folders(folder);
  await Promise.all(paths.map(path => mkdir(path, { recursive: true })));
  const configuration = ['-D', join(folder, 'config')];
  await using stack = new AsyncDisposableStack();
  const server = await startServer({
    name: '389ds',
    folder,
    temporary,
    // An empty debug level is the only way to stay in the foreground.
    command: await unprivileged(
      [program, ...configuration, '-i', join(folder, 'run/pid'), '-d', '0'],
      [folder, ...paths],
    ),
    prepare: async () => {
      await configureDs389(folder, port, access);
      await importIntoDs389([program, 'ldif2db', ...configuration], folder, [...ldif, accounts(access)]);
    },
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    ready: () => binds(access),
  });
  stack.use(server);
  await letServicesRead(access);
  stack.move();
  return Object.assign(server, access);
}

/** Allows complete paged searches of the account: by default they end after 5 000 candidates. */
function accounts({ baseDn, bindDn, bindPassword }: DirectoryAccess): string {
  return `dn: ou=services,${baseDn}
objectClass: organizationalUnit
ou: services

dn: ${bindDn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: rollcall
userPassword: ${bindPassword}
nsPagedLookThroughLimit: -1

`;
}

/** By default, only its admin can read. */
async function letServicesRead(access: DirectoryAccess): Promise<void> {
  const rule = `(targetattr!="userPassword")(version 3.0; acl "services read"; allow (read,search,compare) userdn="ldap:///cn=*,ou=services,${access.baseDn}";)`;
  const modification = new Attribute({ type: 'aci', values: [rule] });
  await asAdmin(access, client =>
    client.modify(access.baseDn, new Change({ operation: 'add', modification })),
  );
}
