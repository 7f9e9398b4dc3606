/** The build is a complete program and a package for npm: these tests install it in an empty folder, and run it there. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callCommand, type Installation, openInstallation, TOKEN } from '../support/given/installation.ts';
import { type Service, serveProgram, startProgram } from '../support/servers/rollcall.ts';

const run = promisify(execFile);
/** Licences that let the program be given to others. Another one must be read before it is added here. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

const billSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      licenses: z.array(z.object({ expression: z.string() })),
      hashes: z.array(z.object({ content: z.string() })),
    }),
  ),
});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

const ADMIN = { authorization: `Bearer ${TOKEN}` };

/** npm under the Node of this test, as on a machine with Node 24. */
function npm(cwd: string, ...args: string[]) {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  return run('npm', args, { cwd, env: { ...process.env, PATH: path } });
}

describe('npm run build', () => {
  const stack = new AsyncDisposableStack();
  let installation: Installation;
  let installed: string;
  let deb: string;
  let program: string;
  let service: Service;
  const rollcall = (...args: string[]) => startProgram(program, installation.config, ...args).ended;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-build-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const [build, empty] = [join(folder, 'build'), join(folder, 'empty')];
    await run(process.execPath, ['dev/build/main.ts', build]);
    await run(process.execPath, ['dev/build/deb.ts', build, folder]);
    deb = join(folder, (await readdir(folder)).find(name => name.endsWith('.deb')) ?? '');
    await mkdir(empty);
    await npm(empty, 'pack', build);
    const [tarball = ''] = await readdir(empty);
    await npm(empty, 'install', '--offline', '--no-audit', tarball);
    installed = join(empty, 'node_modules');
    program = join(installed, 'rollcall/rollcall.js');
    installation = stack.use(await openInstallation());
    service = stack.use(await serveProgram(program, installation.config));
  });
  afterAll(() => stack.disposeAsync());

  it.each([[['--version']], [['--help']], [['sync', '--help']], [['sync', '--nothing']]])(
    'answers %j as a checkout does',
    async args => {
      expect(await rollcall(...args)).toEqual(await callCommand({}, ...args));
    },
  );

  it('needs no other package, and has the command for npm', async () => {
    expect((await readdir(installed)).filter(name => !name.startsWith('.'))).toEqual(['rollcall']);
    const { stdout } = await npm(installed, 'exec', '--offline', '--', 'rollcall', '--version');
    expect(stdout).toBe((await callCommand({}, '--version')).stdout);
  });

  it('has what an installation needs, and nothing of the development', async () => {
    const files = await readdir(join(installed, 'rollcall'));
    expect(files.toSorted()).toEqual([
      'LICENSE',
      'LICENSES.txt',
      'chunks',
      'config',
      'console',
      'package.json',
      'queues',
      'roles.sql',
      'rollcall.1',
      'rollcall.js',
      'sbom.cdx.json',
    ]);
  });

  it('lists the packages that it contains, with the hashes of package-lock.json and their licences', async () => {
    const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
    const bill = billSchema.parse(await read(join(installed, 'rollcall/sbom.cdx.json')));
    const lock = lockSchema.parse(await read('package-lock.json'));
    const locked = new Set(Object.values(lock.packages).map(({ integrity }) => integrity));
    for (const { name, hashes } of bill.components) {
      const digest = Buffer.from(hashes[0]?.content ?? '', 'hex').toString('base64');
      expect(locked, name).toContain(`sha512-${digest}`);
    }
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys((await read('package.json')).dependencies)));
    expect(new Set(bill.components.map(({ purl }) => purl)).size).toBe(names.length);
    const kinds = new Set(
      bill.components.flatMap(({ licenses }) => licenses.map(({ expression }) => expression)),
    );
    expect([...kinds].toSorted()).toEqual(LICENCES);
    const text = await readFile(join(installed, 'rollcall/LICENSES.txt'), 'utf8');
    for (const { name, version } of bill.components) expect(text).toContain(`${name} ${version}: `);
  });

  it('has a manual page with the help of every command', async () => {
    const page = await readFile(join(installed, 'rollcall/rollcall.1'), 'utf8');
    for (const command of ['init', 'sync', 'groups add\\-member', 'config validate'])
      expect(page).toContain(`.SS rollcall ${command}\n`);
    expect(page).toContain('\\-\\-accept\\-older');
    // A line that begins with a dot or quote is a command of roff.
    const macros = new Set([...page.matchAll(/^[.'].*?(?=\s|$)/gm)].map(([macro]) => macro));
    expect([...macros].toSorted()).toEqual(['.B', '.BR', '.I', '.SH', '.SS', '.TH', '.TP', '.fi', '.nf']);
  });

  it('is a Debian package with a command, a unit, a configuration that upgrades keep, and a user', async () => {
    const { stdout: about } = await run('dpkg-deb', ['--info', deb]);
    expect(about).toMatch(/Package: rollcall\n[\s\S]*Architecture: (?:amd64|arm64)\n/);
    expect((await run('dpkg-deb', ['--info', deb, 'conffiles'])).stdout).toBe(
      '/etc/rollcall/rollcall.yaml\n',
    );
    expect((await run('dpkg-deb', ['--info', deb, 'postinst'])).stdout).toContain('adduser --system');
    const { stdout: list } = await run('dpkg-deb', ['--contents', deb]);
    const files = new Map(
      list.split('\n').map(line => [line.split(/ +/)[5], line.split(/ +/).slice(0, 2).join(' ')]),
    );
    expect(files.get('./usr/bin/rollcall')).toBe('-rwxr-xr-x root/root');
    expect(files.get('./usr/lib/systemd/system/rollcall.service')).toBe('-rw-r--r-- root/root');
    expect(files.get('./etc/rollcall/rollcall.yaml')).toBe('-rw-r----- root/root');
  });

  it('runs from the Debian package with the Node that is in it', async () => {
    const tree = join(dirname(deb), 'tree');
    await run('dpkg-deb', ['--extract', deb, tree]);
    const [node, main] = ['node', 'rollcall.js'].map(name => join(tree, 'usr/lib/rollcall', name));
    const { stdout } = await run(node ?? '', [main ?? '', '--version']);
    expect(stdout).toBe((await callCommand({}, '--version')).stdout);
  });

  it('syncs and explains what it did', async () => {
    expect(await rollcall('sync')).toMatchObject({ code: 0 });
    expect(await rollcall('plan')).toMatchObject({ code: 0 });
    const { stdout } = await rollcall('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ directories: [{ lastRun: { status: 'succeeded' } }] });
    expect(service.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('serves a console whose files are compressed and never asked for again', async () => {
    const page = await (await fetch(`${service.url}/`)).text();
    const paths = [...page.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(paths.map(path => path.replace(/-[\w-]{8}\./, '-HASH.')).toSorted()).toEqual([
      '/console/console-HASH.css',
      '/console/console-HASH.js',
      '/console/icon-HASH.svg',
    ]);
    for (const path of paths) {
      const plain = await fetch(`${service.url}${path}`, { headers: { 'accept-encoding': 'identity' } });
      const content = await plain.text();
      expect(plain.headers.get('content-encoding')).toBeNull();
      for (const encoding of ['br', 'gzip']) {
        const accept = `deflate, ${encoding};q=0.5`;
        const answer = await fetch(`${service.url}${path}`, { headers: { 'accept-encoding': accept } });
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'cache-control': 'public, max-age=31536000, immutable',
          'content-encoding': encoding,
          vary: 'accept-encoding',
        });
        expect(await answer.text()).toBe(content);
      }
    }
  });

  it('shows the queues, with the files that their page loads', async () => {
    const page = await fetch(`${service.url}/queues`, { headers: ADMIN });
    expect(page.status).toBe(200);
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
    const loaded = await fetch(new URL(script, `${service.url}/queues/`), { headers: ADMIN });
    expect(loaded.headers.get('content-type')).toContain('javascript');
  });

  it('describes its API', async () => {
    const document = await (await fetch(`${service.url}/openapi.json`)).json();
    expect(document).toMatchObject({ openapi: '3.1.0' });
  });
});
