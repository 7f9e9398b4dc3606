/** npm run build:deb: packs a build for Debian and Ubuntu, together with the Node that runs this script. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
/** Files of /usr/share/doc/rollcall. The rest of a build is the program. */
const DOCUMENTS = ['config', 'roles.sql', 'LICENSE', 'LICENSES.txt', 'sbom.cdx.json'];

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = resolve(process.argv[2] ?? join(root, 'dist'));
const folder = resolve(process.argv[3] ?? root);
const manifest = z.object({ version: z.string(), description: z.string() });
const { version, description } = manifest.parse(
  JSON.parse(readFileSync(join(build, 'package.json'), 'utf8')),
);
const architecture = ARCHITECTURES[process.arch];
if (architecture === undefined) throw new Error(`there is no Debian package for ${process.arch}`);

const tree = mkdtempSync(join(tmpdir(), 'rollcall-deb-'));
const target = join(folder, `rollcall_${version}_${architecture}.deb`);
try {
  chmodSync(tree, 0o755);
  placeFiles();
  writeControlFiles();
  // Compressing Node with xz takes a minute. Debian 12 and Ubuntu 22.04 can read zstd.
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zzstd', tree, target], { stdio: 'ignore' });
  console.log(target);
} finally {
  rmSync(tree, { recursive: true });
}

function placeFiles(): void {
  cpSync(build, join(tree, 'usr/lib/rollcall'), { recursive: true });
  for (const name of DOCUMENTS) {
    const documents = join(tree, 'usr/share/doc/rollcall');
    cpSync(join(build, name), join(documents, name === 'LICENSE' ? 'copyright' : name), { recursive: true });
    rmSync(join(tree, 'usr/lib/rollcall', name), { recursive: true });
  }
  put(process.execPath, 'usr/lib/rollcall/node', 0o755);
  put(join(build, 'rollcall.1'), 'usr/share/man/man1/rollcall.1', 0o644);
  rmSync(join(tree, 'usr/lib/rollcall/rollcall.1'));
  put(licenceOfNode(), 'usr/share/doc/rollcall/LICENSE.node', 0o644);
  put('rollcall.sh', 'usr/bin/rollcall', 0o755);
  put('rollcall.service', 'usr/lib/systemd/system/rollcall.service', 0o644);
  put('rollcall.yaml', 'etc/rollcall/rollcall.yaml', 0o640);
  for (const script of ['postinst', 'prerm', 'postrm']) put(script, `DEBIAN/${script}`, 0o755);
}

/** The licence of the running Node, which came from nodejs.org or from npm: these have it at different places. */
function licenceOfNode(): string {
  const places = ['LICENSE', `node_modules/node-linux-${process.arch}/LICENSE`];
  const found = places.map(place => join(process.execPath, '../..', place)).find(path => existsSync(path));
  if (found === undefined) throw new Error(`the licence of ${process.execPath} is missing`);
  return found;
}

/** Copies a file of deploy/debian, or one with an absolute path. */
function put(from: string, to: string, mode: number): void {
  cpSync(resolve(root, 'deploy/debian', from), join(tree, to));
  chmodSync(join(tree, to), mode);
}

function writeControlFiles(): void {
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  writeFileSync(join(tree, 'DEBIAN/conffiles'), '/etc/rollcall/rollcall.yaml\n');
  const kib = execFileSync('du', ['-sk', join(tree, 'usr')], { encoding: 'utf8' }).split('\t')[0];
  const lines = [
    'Package: rollcall',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: The Rollcall authors <rollcall@localhost>',
    'Depends: adduser, ca-certificates, libc6 (>= 2.28), libstdc++6',
    'Suggests: postgresql, redis-server',
    `Installed-Size: ${kib}`,
    'Section: admin',
    'Priority: optional',
    `Description: ${description}`,
    '',
  ];
  writeFileSync(join(tree, 'DEBIAN/control'), lines.join('\n'));
}
