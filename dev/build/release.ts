/**
 * npm run release: builds everything that a release consists of into `release`, and tags the commit. With --dry-run it
 * only builds and checks. It publishes nothing: it prints the commands that do.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { versionProblems } from './versions.ts';

const OUT = 'release';
const isDry = process.argv.includes('--dry-run');

const text = (path: string) => readFileSync(path, 'utf8');
const { version } = JSON.parse(text('package.json'));
const tag = `v${version}`;

const problems = [
  ...versionProblems({
    program: version,
    chart: parse(text('deploy/helm/Chart.yaml')),
    changelog: text('CHANGELOG.md'),
  }),
  ...(output('git', 'status', '--porcelain') === ''
    ? []
    : ['the working tree has changes: commit them first']),
  ...(output('git', 'tag', '--list', tag) === ''
    ? []
    : [`the tag ${tag} exists: give the release a new version`]),
];
for (const problem of problems) console.error(`release: ${problem}`);
if (problems.length > 0 && !isDry) process.exit(1);

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
run(process.execPath, 'dev/build/main.ts');
run('npm', 'pack', '--silent', '--pack-destination', OUT, './dist');
run(process.execPath, 'dev/build/deb.ts', 'dist', OUT);
writeFileSync(join(OUT, 'sbom.cdx.json'), text('dist/sbom.cdx.json'));
const sums = readdirSync(OUT).map(name => `${sha256(join(OUT, name))}  ${name}\n`);
writeFileSync(join(OUT, 'SHA256SUMS'), sums.join(''));
console.log(`${OUT}/: ${readdirSync(OUT).join(', ')}`);

if (problems.length > 0) process.exit(1);
if (isDry) {
  console.log(`All versions are ${version}. Without --dry-run, the commit gets the tag ${tag}.`);
} else {
  run('git', 'tag', '--annotate', tag, '--message', `Rollcall ${version}`);
  console.log(`Next:
  git push origin ${tag}
  npm publish ${OUT}/rollcall-${version}.tgz
  docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=${version} --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:… --tag REGISTRY/rollcall:${version} --push .`);
}

function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`, { cause: error });
}

function output(program: string, ...args: string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.trim();
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
