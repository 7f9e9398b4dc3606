/** Downloads Debian packages and unpacks them without an installation. */
import { execFile } from 'node:child_process';
import { chmod, glob, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './programs.ts';

const run = promisify(execFile);

export interface DebianPackages {
  readonly names: readonly string[];
  /** The programs of the packages: name, and path below the root. */
  readonly programs: Readonly<Record<string, string>>;
  /** The folder that becomes the root of their files. */
  readonly target: string;
  /** Shell lines that run before a program starts; `$root` is the target. */
  readonly environment?: string;
}

/**
 * Unpacks the packages unless this machine has their programs. Throws an error that says what to install if they cannot be
 * downloaded.
 */
export async function unpackMissing(needed: string, packages: DebianPackages): Promise<void> {
  if (Object.keys(packages.programs).every(name => findProgram(name) !== undefined)) return;
  await unpackDebian(packages).catch(error => {
    const install = `apt-get install ${packages.names.join(' ')}`;
    throw new Error(`${needed} is needed, and the Debian packages could not be downloaded: ${install}`, {
      cause: error,
    });
  });
}

/**
 * Unpacks Debian packages and their missing dependencies into a folder. Nothing is installed, so no root is needed, no
 * service is started and the system does not change. `run/NAME` below the target starts a program.
 */
export async function unpackDebian(packages: DebianPackages): Promise<void> {
  const { target } = packages;
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(join(dirname(target), 'download-'));
  try {
    const root = join(work, 'root');
    for (const file of await download(work, packages.names)) await run('dpkg', ['--extract', file, root]);
    await mkdir(join(root, 'run'), { recursive: true });
    for (const name of Object.keys(packages.programs)) await writeLauncher(name, root, packages);
    await rm(target, { recursive: true, force: true });
    await rename(root, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Downloads with a private state of apt, which any account may have. Returns the package files, including missing
 * dependencies.
 */
async function download(work: string, names: readonly string[]): Promise<string[]> {
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
  const install = ['install', '-q', '-y', '--no-install-recommends', '--download-only', ...names];
  await run('apt-get', [...options, ...install], { maxBuffer: 16 * 1024 * 1024 });
  const files = await readdir(archives);
  return files.filter(file => file.endsWith('.deb')).map(file => join(archives, file));
}

/** `run/NAME` starts the unpacked program with the unpacked libraries. */
async function writeLauncher(name: string, root: string, packages: DebianPackages): Promise<void> {
  const { programs, environment = '' } = packages;
  const libraries = await libraryFolders(root);
  const script = `#!/bin/sh
root=$(cd "$(dirname "$0")/.." && pwd)
export LD_LIBRARY_PATH=${libraries.map(folder => `$root/${folder}`).join(':')}
${environment}
[ ! -x "$root/${programs[name]}" ] || exec "$root/${programs[name]}" "$@"
exec ${name} "$@"
`;
  const launcher = join(root, 'run', name);
  await writeFile(launcher, script);
  await chmod(launcher, 0o755);
}

/** The folders of libraries below the root: some packages have their own. */
async function libraryFolders(root: string): Promise<string[]> {
  const patterns = ['usr/lib/*-linux-gnu/{,*/}lib*.so*', 'lib/*-linux-gnu/{,*/}lib*.so*'];
  const folders = new Set<string>();
  for await (const file of glob(patterns, { cwd: root })) folders.add(dirname(file));
  return [...folders].toSorted();
}
