/** The service serves every file of the console, from its own host only. */
import { describe, expect, it } from 'vitest';
import { readConsole } from '../../../../src/http/routes/service/assets.ts';
import { ADMIN, fixture } from '../../../support/given/http/http-server.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Every URL that the page, its modules and its style sheets load, with the response. */
async function loadedFiles() {
  const { app } = fixture();
  const pending = ['/'];
  const files = new Map<string, { type: string | undefined; body: string }>();
  for (const url of pending) {
    const answer = await app.inject(url);
    expect(answer.statusCode, url).toBe(200);
    const type = answer.headers['content-type']?.toString().split(';')[0];
    files.set(url, { type, body: answer.body });
    const loads =
      type === 'text/html'
        ? /(?:src|href)="([^"]+)"/g
        : /(?:from ?|import ?\(|: )["']([^"'$]+\.(?:js|svg))["']/g;
    const found = [...answer.body.matchAll(loads)].map(
      match => new URL(match[1] ?? '', `http://x${url}`).pathname,
    );
    pending.push(...found.filter(link => !pending.includes(link)));
  }
  return files;
}

describe('the console', () => {
  it('loads only files of this server, each with its content type', async () => {
    const files = await loadedFiles();
    const types = Object.fromEntries([...files].map(([url, { type }]) => [url, type]));
    expect(types).toMatchObject({
      '/': 'text/html',
      '/console/icon.svg': 'image/svg+xml',
      '/console/main.js': 'text/javascript',
      '/console/pages/overview.js': 'text/javascript',
      '/console/styles/base.css': 'text/css',
      '/console/vendor/lit-html/lit-html.js': 'text/javascript',
      '/console/vendor/uplot/uPlot.esm.js': 'text/javascript',
    });
  });

  it('serves every one of its files', async () => {
    const served = [...readConsole().files.keys()].map(path => `/console/${path}`);
    const wanted = await loadedFiles();
    expect(served.filter(path => !wanted.has(path))).toEqual([]);
  });

  it('is cached by the browser and revalidated every time', async () => {
    const { app } = fixture();
    const first = await app.inject('/console/main.js');
    expect(first.headers['cache-control']).toBe('no-cache');
    const etag = first.headers.etag;
    const again = await app.inject({ url: '/console/main.js', headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ statusCode: 304, body: '' });
  });

  it.each(['index.html', '../server.ts', 'tsconfig.json', 'types.ts', 'nothing.js', '%2e%2e/server.ts'])(
    'does not serve %s',
    async path => {
      const answer = await fixture().app.inject(`/console/${path}`);
      expect(answer.json()).toMatchObject({ status: 404 });
    },
  );

  it('fits its own Content-Security-Policy: no inline script, style or handler', async () => {
    for (const [url, { type, body }] of await loadedFiles()) {
      if (url.includes('/vendor/') || type === 'image/svg+xml') continue;
      expect(body, url).not.toMatch(/<script(?![^>]*\ssrc=)/);
      expect(body, url).not.toMatch(/<style|\sstyle=|\son\w+=/);
      expect(body, url).not.toMatch(/https?:\/\/(?!html\.spec)/);
    }
  });

  it('has a title, a language, a viewport, a live region and a noscript text', async () => {
    const page = (await fixture().app.inject('/')).body;
    for (const part of [
      '<title>Rollcall</title>',
      'lang="en"',
      'name="viewport"',
      'role="status"',
      '<noscript>',
    ]) {
      expect(page).toContain(part);
    }
  });
});

describe('headers', () => {
  it.each([
    ['/', {}],
    ['/api/status', {}],
    ['/api/runs', ADMIN],
    ['/api/runs', {}],
    ['/metrics', {}],
    ['/nowhere', {}],
    ['/%zz', {}],
  ])('%s is never cached, sniffed, framed or referred to', async (url, headers) => {
    const answer = await fixture().app.inject({ url, headers });
    expect(answer.headers).toMatchObject({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });
});
