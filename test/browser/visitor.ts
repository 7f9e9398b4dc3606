/** A user with a browser, and a record of every error in it. */
import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import { arrive, type Look, launchBrowser, NETWORK_CHANGED, VIEWPORTS } from '../../dev/browser/launch.ts';
import { TOKENS } from '../../dev/browser/testbed.ts';

export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** Errors on the console or in a script, and requests to other hosts, since the last call. */
  readonly faults: () => string[];
  /** Opens a page of the console by its link. */
  open(place: string): Promise<void>;
  signIn(role?: keyof typeof TOKENS): Promise<void>;
}

/** Opens a browser on the console at `url`, not signed in. */
export async function openVisitor(url: string, look: Look): Promise<Visitor> {
  await using stack = new AsyncDisposableStack();
  const browser = stack.adopt(await launchBrowser(inject('chromium')), opened => opened.close());
  const context = await browser.newContext({ ...VIEWPORTS[look.viewport], colorScheme: look.scheme });
  const page = await context.newPage();
  const found: string[] = [];
  page.setDefaultTimeout(20_000);
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().includes(NETWORK_CHANGED)) found.push(message.text());
  });
  page.on('pageerror', error => found.push(error.message));
  page.on('request', request => {
    if (!/^(?:blob|about):/.test(request.url()) && !request.url().startsWith(url)) found.push(request.url());
  });
  await arrive(page, url);
  const kept = stack.move();
  return {
    page,
    faults: () => found.splice(0),
    open: place => arrive(page, `${url}/${place}`),
    signIn: (role = 'admin') => signIn(page, TOKENS[role]),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Enters a token and waits for the console. */
async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}
