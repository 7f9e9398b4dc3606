/**
 * 389 Directory Server and Samba for `npm run test:vendors`, installed by apt as root: their programs need fixed paths
 * of the system, so unpacked packages would not work.
 */
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = ['389-ds-base', 'samba', 'samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules'];
/** The programs that Debian's packages call before they start a service (invoke-rc.d, deb-systemd-invoke). */
const policy = '/usr/sbin/policy-rc.d';
/** The exit code without the packages and without root. */
const notToBeHad = 3;

async function missingPackages(): Promise<string[]> {
  const installed = await Promise.all(packages.map(isInstalled));
  return packages.filter((_name, index) => !installed[index]);
}

async function isInstalled(name: string): Promise<boolean> {
  return run('dpkg-query', ['--status', name]).then(
    ({ stdout }) => stdout.includes('\nStatus: install ok installed\n'),
    () => false,
  );
}

/**
 * Installs without starting services, because the tests start their own servers. Throws an error that says what to do.
 */
async function install(names: readonly string[]): Promise<void> {
  const ours = await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' }).then(
    () => true,
    () => false,
  );
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env });
    const options = ['-q', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold'];
    await run('apt-get', ['install', ...options, ...names], { env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw new Error(
      `389 Directory Server and Samba are needed, and the Debian packages could not be downloaded. Install them: apt-get install ${packages.join(' ')}`,
      { cause: error },
    );
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}

const missing = await missingPackages();
if (missing.length > 0 && process.getuid?.() !== 0) {
  process.exitCode = notToBeHad;
} else if (missing.length > 0) {
  console.error(`rollcall: installing ${missing.join(', ')} of Debian, without starting their services`);
  const started = performance.now();
  await install(missing);
  console.error(`rollcall: installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
