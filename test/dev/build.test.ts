/** The build is a complete program: these tests run it from a folder of its own, without the checkout. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCommand, type Installation, openInstallation, TOKEN } from '../support/given/installation.ts';
import { type Service, serveProgram, startProgram } from '../support/servers/rollcall.ts';

const run = promisify(execFile);
const ADMIN = { authorization: `Bearer ${TOKEN}` };

describe('npm run build', () => {
  const stack = new AsyncDisposableStack();
  let installation: Installation;
  let program: string;
  let service: Service;
  const rollcall = (...args: string[]) => startProgram(program, installation.config, ...args).ended;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-build-'));
    stack.defer(() => rm(folder, { recursive: true }));
    program = join(folder, 'rollcall.js');
    await run(process.execPath, ['dev/build/main.ts', folder]);
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
