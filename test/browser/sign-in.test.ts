/** A user signs in at a real OpenID provider in a real browser, opens links in new tabs, and signs out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SigningIn, signingIn } from '../support/given/http/signing-in.ts';
import { openVisitor, type Visitor } from './visitor.ts';

describe('with an OpenID provider', () => {
  let given: SigningIn;
  let visitor: Visitor;
  beforeAll(async () => {
    given = await signingIn();
    visitor = await openVisitor(given.url, { viewport: 'phone', scheme: 'light' });
  });
  afterAll(async () => {
    await visitor[Symbol.asyncDispose]();
    await given[Symbol.asyncDispose]();
  });
  const heading = (page: Visitor['page'], name: string) =>
    page.getByRole('heading', { name, level: 1 }).waitFor();

  it('a link opens after the sign-in, and other tabs are signed in', async () => {
    const { page } = visitor;
    await visitor.open('#/teams');
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await heading(page, 'Teams');
    await page.getByText('Signed in as ada').waitFor({ state: 'attached' });
    const tab = await page.context().newPage();
    await tab.goto(`${given.url}/#/groups`);
    await heading(tab, 'Groups');
    await tab.close();
  });

  it('a user signs out here and at the provider, and may use a token instead', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: /yes, sign me out/i }).click();
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
    expect(given.sessions.byId.size).toBe(0);
    await page.getByLabel('Token').fill('viewer-secret');
    await page.getByRole('button', { name: 'Sign in with the token' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  it('a user without a role sees the reason, with the styles of the console', async () => {
    const page = await visitor.page.context().newPage();
    given.provider.claims = { sub: 'bob', preferred_username: 'bob', groups: ['guests'] };
    await page.goto(`${given.url}/auth/sign-in`);
    await page.getByText('The claim "groups" contains: guests.').waitFor();
    expect(await page.evaluate('document.styleSheets.length')).toBeGreaterThan(0);
    await page.close();
  });
});
