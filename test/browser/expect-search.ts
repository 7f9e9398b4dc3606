/** Expects the search that every page has. */
import { expect } from 'vitest';
import type { Visitor } from './visitor.ts';

/** Finds a person, a group and an action by keyboard. For an admin. */
export async function expectSearch(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const field = page.getByRole('combobox', { name: 'Search people, groups, DNs, runs, teams and actions' });
  const active = page.getByRole('option', { selected: true });
  const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
  await visitor.open('#/audit');
  await heading('Audit');
  await page.keyboard.press('/');
  await field.fill('priya');
  await page.getByRole('group', { name: 'People' }).getByRole('option').first().waitFor();
  expect(await field.getAttribute('aria-activedescendant')).toBe(await active.getAttribute('id'));
  await page.keyboard.press('Enter');
  await heading('Priya Raman');

  await page.keyboard.press('Control+k');
  await field.fill('eng-a');
  await page.getByRole('group', { name: 'Groups' }).getByText('eng-api').waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  await heading('Priya Raman');

  await page.getByRole('button', { name: 'Search' }).click();
  await field.fill('waits');
  await page.getByRole('option', { name: 'What waits' }).click();
  await heading('What waits for you');

  // Enter before the answer: it goes to the best match as soon as it is known.
  await page.keyboard.press('Control+k');
  await field.fill('cn=eng-api');
  await page.keyboard.press('Enter');
  await heading('eng-api');

  await page.keyboard.press('Control+k');
  await field.fill('resync sample');
  await page.getByRole('option', { name: 'Resync directory sample' }).waitFor();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/runs\/\d+$/);
  await page.getByText('succeeded', { exact: true }).first().waitFor();
  expect(visitor.faults()).toEqual([]);
}
