/** Starts an embedded Samba as a domain controller of Active Directory. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { binds, type DirectoryAccess, type DirectoryServer } from './directory.ts';
import { serverFolder } from './folder.ts';
import { requireProgram } from './programs.ts';
import { startServer } from './server.ts';

const run = promisify(execFile);
const kept = fileURLToPath(new URL('../../.rollcall/', import.meta.url));
const domain = 'example.com';
const adminPassword = 'Rules-the-directory-1';
const bindPassword = 'Reads-the-directory-1';
const ldapPort = 389;

/**
 * A domain controller of Active Directory (dc=example,dc=com, without people) that serves LDAP only. The ports of Samba
 * are fixed, so it gets its own address 127.0.0.x; that and provisioning need root and Debian's packages. The
 * provisioned domain is kept under `.rollcall/` and copied from there.
 */
export async function startSamba(): Promise<DirectoryServer> {
  if (process.getuid?.() !== 0) throw new Error('Samba needs root: its LDAP port, 389, cannot be chosen');
  const program = requireProgram('samba', 'dev/install/vendors.ts').path;
  const template = await provisioned(program);
  const address = await freeAddress();
  const { folder, temporary } = await serverFolder('samba', undefined);
  const access: DirectoryAccess = {
    url: `ldap://${address}`,
    baseDn: 'dc=example,dc=com',
    bindDn: `rollcall@${domain}`,
    bindPassword,
    adminDn: `Administrator@${domain}`,
    adminPassword,
  };
  const configuration = join(folder, 'smb.conf');
  const server = await startServer({
    name: 'samba',
    folder,
    temporary,
    command: [program, '--foreground', '--no-process-group', '--model=single', '-s', configuration],
    prepare: async () => {
      await cp(template, folder, { recursive: true });
      await writeFile(configuration, smbConf(folder, address));
    },
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    ready: () => binds(access),
  });
  return Object.assign(server, access);
}

/** An address of this machine whose LDAP port is free. */
async function freeAddress(): Promise<string> {
  for (let last = 20; last < 250; last += 1) {
    const address = `127.0.0.${last}`;
    if (await isFree(address)) return address;
  }
  throw new Error(`another process listens on port ${ldapPort} of every address 127.0.0.x`);
}

function isFree(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(ldapPort, address, () => probe.close(() => resolve(true)));
  });
}

/** The folder of a domain made by this version of Samba; concurrent processes share it. */
async function provisioned(program: string): Promise<string> {
  const { stdout } = await run(program, ['--version']);
  const template = join(kept, `samba-${/\d\S*/.exec(stdout)?.[0] ?? 'unknown'}`);
  if (existsSync(template)) return template;
  await mkdir(dirname(template), { recursive: true });
  const draft = await mkdtemp(`${template}-`);
  try {
    await provision(draft);
    await rename(draft, template).catch(error => {
      if (!existsSync(template)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return template;
}

async function provision(folder: string): Promise<void> {
  const tool = requireProgram('samba-tool', 'dev/install/vendors.ts').path;
  await run(tool, [
    'domain',
    'provision',
    `--targetdir=${folder}`,
    `--realm=${domain.toUpperCase()}`,
    '--domain=EXAMPLE',
    '--server-role=dc',
    '--dns-backend=NONE',
    '--host-name=dc1',
    '--host-ip=127.0.0.1',
    `--adminpass=${adminPassword}`,
    '--option=ldb:nosync=true',
    `--option=log file=${join(folder, 'provision.log')}`,
  ]);
  const database = join(folder, 'private/sam.ldb');
  const configuration = join(folder, 'etc/smb.conf');
  const settings = [`--configfile=${configuration}`, '-H', database];
  await run(tool, ['user', 'create', 'rollcall', bindPassword, ...settings]);
}

function smbConf(folder: string, address: string): string {
  const places = {
    'private dir': 'private',
    'state directory': 'state',
    'cache directory': 'cache',
    'lock directory': '.',
    'pid directory': '.',
    'ncalrpc dir': 'ncalrpc',
    'binddns dir': 'bind-dns',
    'log file': 'samba.log',
  };
  return `[global]
netbios name = DC1
workgroup = EXAMPLE
realm = ${domain.toUpperCase()}
server role = active directory domain controller
server services = ldap
# An address without a mask is not taken for one.
interfaces = ${address}/8
bind interfaces only = yes
ldap server require strong auth = no
tls enabled = no
log level = 0
ldb:nosync = true
${Object.entries(places)
  .map(([name, path]) => `${name} = ${join(folder, path)}\n`)
  .join('')}`;
}
