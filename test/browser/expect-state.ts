/** Expects the line, the title and the icon that say whether everything is in sync. */
import { expect } from 'vitest';
import type { Visitor } from './visitor.ts';

/** For a testbed with a held run and members in doubt. Also with no scheduler, and with a service that does not answer. */
export async function expectState(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');
  const banner = page.getByRole('banner');
  const returnToTab = () => page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  await visitor.open('#/groups');
  await page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor();
  await banner.getByText('2 things need you').waitFor();
  expect([await page.title(), await icon()]).toEqual([
    'Groups · 2 things need you · Rollcall',
    '/console/icon-attention.svg',
  ]);

  const concern = { code: 'no_scheduler', level: 'bad', text: 'No scheduler is alive', fix: 'start one' };
  const since = new Date(Date.now() - 3 * 86_400_000);
  await page.route('**/api/status', async route => {
    const response = await route.fetch();
    const health = { ...concern, since, concerns: [{ ...concern, since }] };
    await route.fulfill({ response, json: { ...(await response.json()), health } });
  });
  await visitor.open('#/');
  await returnToTab();
  await banner.getByText('for 3 days').waitFor();
  await page.getByText('What to do: start one.').waitFor();
  expect(await icon()).toBe('/console/icon-bad.svg');
  expect(await page.getByText('not in sync', { exact: true }).count()).toBe(1);
  // Answers that are on their way would otherwise find their request answered already.
  await page.unrouteAll({ behavior: 'wait' });
  expect(visitor.faults()).toEqual([]);

  await page.route('**/api/**', route => route.abort());
  await returnToTab();
  await banner.getByText(/^The state is unknown: /).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  visitor.faults();
  await returnToTab();
  await banner.getByText('2 things need you').waitFor();
}
