/**
 * npm run screenshots: writes screenshots of the main pages of the console, with the sample organisation, to
 * docs/screenshots.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { arrive, type Look, launchBrowser, VIEWPORTS } from './browser/launch.ts';
import { openTestbed, TOKENS } from './browser/testbed.ts';
import { installBrowser } from './install/browser.ts';

const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));

/** File, page, colour scheme and device. */
const PICTURES: readonly (readonly [name: string, place: string, look: Look])[] = [
  ['overview', '#/', { viewport: 'desktop', scheme: 'light' }],
  ['overview-dark', '#/', { viewport: 'desktop', scheme: 'dark' }],
  ['overview-phone', '#/', { viewport: 'phone', scheme: 'light' }],
  ['waiting', '#/waiting', { viewport: 'desktop', scheme: 'light' }],
  ['run-held', '#/waiting/DIGEST', { viewport: 'desktop', scheme: 'light' }],
  ['run-held-phone', '#/waiting/DIGEST', { viewport: 'phone', scheme: 'dark' }],
  ['doubts', '#/doubts', { viewport: 'desktop', scheme: 'light' }],
  ['doubts-phone', '#/doubts', { viewport: 'phone', scheme: 'dark' }],
  ['groups-dark', '#/groups', { viewport: 'desktop', scheme: 'dark' }],
  ['group', '#/groups/GROUP', { viewport: 'desktop', scheme: 'light' }],
  ['group-phone', '#/groups/GROUP', { viewport: 'phone', scheme: 'light' }],
  ['explain', '#/people/priya?team=engineering&group=eng-api', { viewport: 'desktop', scheme: 'light' }],
  ['team', '#/teams/engineering', { viewport: 'desktop', scheme: 'light' }],
  ['audit-dark', '#/audit', { viewport: 'desktop', scheme: 'dark' }],
];

async function take(browser: Browser, url: string, [name, place, look]: (typeof PICTURES)[number]) {
  const context = await browser.newContext({ ...VIEWPORTS[look.viewport], colorScheme: look.scheme });
  const page = await context.newPage();
  await arrive(page, `${url}/${place}`);
  await page.getByLabel('Token').fill(TOKENS.admin);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await settled(page);
  // After a page is opened, the focus is on the heading, which should not be visible in a screenshot.
  await page.evaluate('document.activeElement.blur()');
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
  await context.close();
}

/** Shows no placeholder, and has loaded what plots need. A page that follows changes always has an open request. */
async function settled(page: Page): Promise<void> {
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
}

/** The id of a managed group, which differs between runs. */
async function groupNumber(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${TOKENS.admin}` };
  const answer = await fetch(`${url}/api/groups?search=eng-api&limit=1`, { headers });
  return /"id":(\d+)/.exec(await answer.text())?.[1] ?? '';
}

await using stack = new AsyncDisposableStack();
const say = (line: string) => console.error(`rollcall: ${line}`);
await mkdir(folder, { recursive: true });
const testbed = stack.use(await openTestbed());
const browser = stack.adopt(await launchBrowser(await installBrowser(say)), opened => opened.close());
const group = await groupNumber(testbed.url);
for (const [name, place, look] of PICTURES) {
  await take(browser, testbed.url, [
    name,
    place.replace('GROUP', group).replace('DIGEST', testbed.history.digest),
    look,
  ]);
  say(`docs/screenshots/${name}.png`);
}
