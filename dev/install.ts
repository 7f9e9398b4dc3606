/** Redis and OpenLDAP for the tests, out of Debian's packages. Run by itself it gets them and says where they are. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, unpacked } from './embedded/programs.ts';

const run = promisify(execFile);
const packages = ['redis-server', 'slapd', 'ldap-utils'];
const programs = ['redis-server', 'slapd', 'ldapsearch'];

/**
 * Returns when redis-server, slapd and ldapsearch can be run: the machine's own, or Debian's packages unpacked under
 * `.rollcall/debian`. Nothing is installed, so no root is needed, no service is started and the system stays as it is.
 * Throws an error that says what a person can do where that fails.
 */
export async function installPrograms(say: (line: string) => void): Promise<void> {
  if (programs.every(name => findProgram(name) !== undefined)) return;
  say(`unpacking ${packages.join(', ')} of Debian under .rollcall/debian`);
  await mkdir(dirname(unpacked), { recursive: true });
  const work = await mkdtemp(join(dirname(unpacked), 'download-'));
  try {
    await unpack(await download(work), join(work, 'root'));
    await rm(unpacked, { recursive: true, force: true });
    await rename(join(work, 'root'), unpacked);
  } catch (error) {
    throw new Error(
      `Redis and OpenLDAP are needed and could not be had from Debian. Install them (apt-get install ${packages.join(' ')}) or start a Docker engine.`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Into a private state of apt, which any account may have. Returns the package files, missing dependencies included. */
async function download(work: string): Promise<string[]> {
  const archives = join(work, 'cache/archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  const options = [
    `Dir::State=${work}/state`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${work}/cache`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
  ].flatMap(option => ['-o', option]);
  await run('apt-get', [...options, '-q', 'update']);
  const install = ['install', '-q', '-y', '--no-install-recommends', '--download-only', ...packages];
  await run('apt-get', [...options, ...install]);
  const files = await readdir(archives);
  return files.filter(file => file.endsWith('.deb')).map(file => join(archives, file));
}

async function unpack(files: readonly string[], root: string): Promise<void> {
  for (const file of files) await run('dpkg', ['--extract', file, root]);
  await mkdir(join(root, 'run'), { recursive: true });
  await Promise.all(programs.map(name => writeLauncher(name, root)));
}

/** `run/NAME` starts the unpacked program with the libraries that were unpacked beside it. */
async function writeLauncher(name: string, root: string): Promise<void> {
  const places = ['usr/sbin', 'usr/bin'];
  const libraries = (await readdir(join(root, 'usr/lib'))).filter(folder => folder.endsWith('-linux-gnu'));
  const script = `#!/bin/sh
root=$(cd "$(dirname "$0")/.." && pwd)
export LD_LIBRARY_PATH=${libraries.map(folder => `$root/usr/lib/${folder}:$root/lib/${folder}`).join(':')}
for place in ${places.join(' ')}; do
  [ ! -x "$root/$place/${name}" ] || exec "$root/$place/${name}" "$@"
done
exec ${name} "$@"
`;
  const launcher = join(root, 'run', name);
  await writeFile(launcher, script);
  await chmod(launcher, 0o755);
}

if (import.meta.main) {
  await installPrograms(console.log);
  for (const name of programs) console.log(`${name}: ${findProgram(name)?.path}`);
}
