import { describe, expect, it } from 'vitest';
import { ADMIN, fixture } from './fixture.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe('the console', () => {
  it('loads nothing but what is served here, each with its type', async () => {
    const { app } = fixture();
    const pending = ['/'];
    const types: Record<string, string | undefined> = {};
    for (const url of pending) {
      const answer = await app.inject(url);
      expect(answer.statusCode, url).toBe(200);
      types[url] = answer.headers['content-type']?.split(';')[0];
      const links = [...answer.body.matchAll(/(?:src|href|from) ?=? ?["']([./][^"']*)["']/g)];
      const found = links.map(link => (link[1] ?? '').replace(/^\.\//, '/'));
      pending.push(...found.filter(link => !pending.includes(link)));
    }
    expect(types).toMatchObject({
      '/': 'text/html',
      '/console.css': 'text/css',
      '/console-parts.css': 'text/css',
      '/console.js': 'text/javascript',
      '/console-api.js': 'text/javascript',
      '/console-view.js': 'text/javascript',
      '/console-text.js': 'text/javascript',
      '/icon.svg': 'image/svg+xml',
      '/openapi.json': 'application/json',
      '/metrics': 'text/plain',
    });
  });

  it('fits its own Content-Security-Policy: no inline script, style or handler', async () => {
    const page = (await fixture().app.inject('/')).body;
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect(page).not.toMatch(/https?:\/\//);
  });

  it('has a title, a language, a viewport, labelled inputs and a live region', async () => {
    const page = (await fixture().app.inject('/')).body;
    for (const part of [
      '<title>Rollcall</title>',
      'lang="en"',
      'name="viewport"',
      'for="token"',
      'role="status"',
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
