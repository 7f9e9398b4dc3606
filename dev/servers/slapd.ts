/** Starts an embedded OpenLDAP. */
import { copyFile, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binds, type DirectoryAccess, type DirectoryServer } from './directory.ts';
import { serverFolder } from './folder.ts';
import { freePort } from './port.ts';
import { requireProgram } from './programs.ts';
import { startServer } from './server.ts';

const script = fileURLToPath(new URL('../../deploy/openldap/run.sh', import.meta.url));

/** LDIF text, in one part or several, or a file with it. `entryUUID` is kept if given. */
export type Ldif = string | readonly string[] | { readonly file: string };

export interface SlapdOptions {
  readonly ldif: Ldif;
  /** Default: dc=example,dc=com. */
  readonly baseDn?: string;
  readonly limits?: {
    /** The maximum number of entries of a search without paging. Default: 500. */
    readonly unpaged?: number;
    /** The number of entries after which a paged search of `cappedDn` ends with sizeLimitExceeded. Default: 2000. */
    readonly capped?: number;
  };
  /** The overlays of OpenLDAP; see deploy/openldap/overlay-NAME.conf. Default: none. */
  readonly overlays?: readonly ('memberof' | 'dynlist' | 'ppolicy' | 'lastbind')[];
  /** Access rules before the default ones, in the form of slapd.conf. */
  readonly access?: readonly string[];
  /** The folder of the database; default: a temporary one. */
  readonly folder?: string;
  /** Offers ldaps:// and StartTLS. A client with a certificate for "rollcall" of `caFile` may bind as EXTERNAL. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  /** Offers ldapi://, where every account of this machine may bind as EXTERNAL. */
  readonly socket?: boolean;
}

/** The data that a client needs to use a running OpenLDAP. */
export interface SlapdAccess extends DirectoryAccess {
  readonly port: number;
  /** Has the password of `bindDn`, but its paged searches are limited. */
  readonly cappedDn: string;
}

export interface Slapd extends SlapdAccess, DirectoryServer {
  /** `ldaps://`, with `tls` only. */
  readonly secureUrl: string;
  /** `ldapi://`, with `socket` only. */
  readonly socketUrl: string;
  /** Replaces all entries; afterwards the server runs again. */
  load(ldif: Ldif): Promise<void>;
}

/** OpenLDAP on a free port of 127.0.0.1, with contextCSN, the entries of `ldif` and the accounts under ou=services. */
export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  const { folder, temporary } = await serverFolder('slapd', options.folder);
  const port = await freePort();
  const access = slapdAccess(port, options);
  const ldifFile = join(folder, 'load.ldif');
  const secureUrl = options.tls ? `ldaps://127.0.0.1:${await freePort()}` : '';
  const socketUrl = options.socket ? `ldapi://${encodeURIComponent(join(folder, 'ldapi'))}` : '';
  const server = await startServer({
    name: 'slapd',
    folder,
    temporary,
    command: ['/bin/sh', script],
    env: {
      ...slapdEnvironment(access, options),
      ...(await slapdProgram(folder)),
      ...tlsEnvironment(options.tls),
      SLAPD_HOME: folder,
      SLAPD_LISTEN: [access.url, secureUrl, socketUrl].join(' ').trim(),
      SLAPD_SOCKET: socketUrl,
      SLAPD_LDIF: ldifFile,
    },
    prepare: () => place(options.ldif, ldifFile),
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    ready: () => binds(access),
  });
  const reload = async (ldif: Ldif) => {
    await server.stop();
    await place(ldif, ldifFile);
    await rm(join(folder, 'loaded'));
    await server.start();
  };
  return Object.assign(server, access, { secureUrl, socketUrl, load: reload });
}

/** The addresses and accounts of the directory that `run.sh` creates from these options. */
export function slapdAccess(port: number, { baseDn = 'dc=example,dc=com' }: SlapdOptions): SlapdAccess {
  return {
    url: `ldap://127.0.0.1:${port}`,
    port,
    baseDn,
    bindDn: `cn=rollcall,ou=services,${baseDn}`,
    bindPassword: 'reads-the-directory',
    cappedDn: `cn=capped,ou=services,${baseDn}`,
    adminDn: `cn=admin,${baseDn}`,
    adminPassword: 'rules-the-directory',
  };
}

/** The variables of `run.sh`, except its paths. */
export function slapdEnvironment(
  access: SlapdAccess,
  { limits = {}, overlays = [], access: rules = [] }: SlapdOptions,
): Record<string, string> {
  return {
    SLAPD_SUFFIX: access.baseDn,
    SLAPD_BIND_PASSWORD: access.bindPassword,
    SLAPD_ADMIN_PASSWORD: access.adminPassword,
    SLAPD_UNPAGED: String(limits.unpaged ?? 500),
    SLAPD_CAPPED: String(limits.capped ?? 2000),
    SLAPD_OVERLAYS: overlays.join(' '),
    SLAPD_ACCESS: rules.join('\n'),
  };
}

function tlsEnvironment(tls: SlapdOptions['tls']): Record<string, string> {
  return tls ? { SLAPD_TLS_CA: tls.caFile, SLAPD_TLS_CERT: tls.certFile, SLAPD_TLS_KEY: tls.keyFile } : {};
}

async function place(ldif: Ldif, path: string): Promise<void> {
  await rm(path, { force: true });
  if (typeof ldif === 'string') return writeFile(path, ldif);
  if ('file' in ldif) return symlink(resolve(ldif.file), path);
  return writeFile(path, ldif.join('\n'));
}

/** With Debian's AppArmor profile, /usr/sbin/slapd may not read these folders; a copy of it may. */
async function slapdProgram(folder: string): Promise<Record<string, string>> {
  const { path, root } = requireProgram('slapd');
  const files = { SLAPD_SCHEMA: join(root, 'etc/ldap/schema'), SLAPD_MODULES: join(root, 'usr/lib/ldap') };
  const confined = await readFile('/sys/module/apparmor/parameters/enabled', 'utf8').catch(() => 'N');
  if (root !== '/' || !confined.startsWith('Y')) return { ...files, SLAPD_PROGRAM: path };
  const copy = join(folder, 'slapd');
  await copyFile(path, copy);
  return { ...files, SLAPD_PROGRAM: copy };
}
