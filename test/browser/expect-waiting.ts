/** Expects the pages about what waits: in order, while another plan replaces it, and after the decision. */
import { expect } from 'vitest';
import { group, person, syncOnce } from '../../dev/browser/history.ts';
import { type Testbed, TOKENS } from '../../dev/browser/testbed.ts';
import type { Visitor } from './visitor.ts';

/** For a testbed whose held run holds removals of three groups. */
export async function expectWaiting(visitor: Visitor, { url, ldap, history }: Testbed) {
  const { page, faults } = visitor;
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor();
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const sync = () => syncOnce(url, TOKENS.admin);
  const again = await sync();
  await visitor.open('#/runs');
  const row = page.getByRole('row', { name: new RegExp(`Run ${again}\\b`) });
  await row.getByText('succeeded').waitFor();
  await row.getByRole('link', { name: '34 wait' }).click();
  await heading('34 removals in 3 groups of sample');
  await visitor.open('#/');
  await page.getByRole('link', { name: 'Review and decide of sample' }).click();
  await heading('34 removals in 3 groups of sample');
  await page.getByText('Found by 2 runs').waitFor();
  await page.getByRole('link', { name: 'captain.osei' }).first().waitFor();
  expect(await page.getByRole('list', { name: 'Held groups' }).locator('> li').count()).toBe(3);

  ldap.modify(group('ops-ferries', 'operations'), { add: { member: [person('captain.osei')] } });
  await sync();
  await page.getByRole('link', { name: 'Review what waits now' }).click({ timeout: 3_000 });
  await page.getByText('superseded', { exact: true }).waitFor({ state: 'detached' });
  await heading(/^3[0-3] removals in 3 groups of sample$/);

  await page.getByRole('checkbox', { name: /ops-ferries/ }).uncheck();
  await page.getByText(/in 2 groups selected/).waitFor();
  await page.getByRole('checkbox', { name: /ops-ferries/ }).check();
  await button('Approve…').click();
  await page.getByRole('heading', { name: /^Approve: 3\d removals in 3 groups\?$/ }).waitFor();
  await page.getByLabel('Reason for the approval.').fill('The crew has left with the ferry.');
  await button('Approve').click();
  await heading(/^Run \d+ of sample$/);
  await page.getByText('succeeded', { exact: true }).first().waitFor();
  await page.getByText(/Applies what run \d+ held/).waitFor();
  await visitor.open(`#/waiting/${history.digest}`);
  await page.getByText('superseded', { exact: true }).waitFor();
  await visitor.open('#/waiting');
  await page.getByRole('link', { name: /stay in doubt/ }).waitFor();
  expect(await page.getByText(/removals in/).count()).toBe(0);
  expect(faults()).toEqual([]);
}
