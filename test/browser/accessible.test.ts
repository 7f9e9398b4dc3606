/** Every page of the console is accessible and without errors, on wide and narrow screens, in light and dark mode. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestbed, type Testbed } from '../../dev/browser/testbed.ts';
import { openVisitor, type Visitor } from './visitor.ts';

const LOOKS = [
  { viewport: 'desktop', scheme: 'light' },
  { viewport: 'desktop', scheme: 'dark' },
  { viewport: 'phone', scheme: 'light' },
  { viewport: 'phone', scheme: 'dark' },
] as const;

/** Every page, with the text that shows that it is loaded. */
const PAGES = [
  ['#/', 'Recent runs'],
  ['#/runs', 'Runs'],
  ['#/runs/13', 'wait for a decision'],
  ['#/waiting', 'What waits for you'],
  ['#/waiting/DIGEST', 'captain.osei'],
  ['#/runs/2', 'Users read'],
  ['#/groups', 'eng-api'],
  ['#/groups?state=unresolved', 'What to do'],
  ['#/doubts', 'akira'],
  ['#/groups?state=doubt', 'doubt'],
  ['#/groups?state=waiting', 'waiting (−12)'],
  ['#/groups/1', 'release captains'],
  ['#/groups/5', 'maintained by directory sync'],
  ['#/teams', 'Sales'],
  ['#/teams/engineering', 'Members or access groups?'],
  ['#/teams/engineering/new', 'Group Name'],
  ['#/teams/engineering/projects/api', 'Priya'],
  ['#/people', 'Priya'],
  ['#/people/priya?team=engineering&group=eng-api', 'Yes'],
  ['#/people/akira?team=engineering&group=eng-api', 'What is missing'],
  ['#/audit', 'added'],
  ['#/nowhere', 'Page not found'],
] as const;

describe('the console', () => {
  let testbed: Testbed;
  beforeAll(async () => {
    testbed = await openTestbed();
  });
  afterAll(() => testbed[Symbol.asyncDispose]());

  describe.each(LOOKS)('on a $viewport, $scheme', look => {
    let visitor: Visitor;
    beforeAll(async () => {
      visitor = await openVisitor(testbed.url, look);
    });
    afterAll(() => visitor[Symbol.asyncDispose]());

    it('signs a user in without errors', async () => {
      await visitor.page.getByRole('heading', { level: 1 }).waitFor();
      expect(await faultsOf(visitor)).toEqual([]);
      await visitor.signIn();
    });

    it.each(PAGES)(
      '%s has no axe violations, fits the screen, and makes no requests to other hosts',
      async (place, words) => {
        await visitor.open(place.replace('DIGEST', testbed.history.digest));
        await visitor.page.getByText(words).first().waitFor({ state: 'attached' });
        await visitor.page.locator('.skeleton').first().waitFor({ state: 'detached' });
        expect(await faultsOf(visitor)).toEqual([]);
      },
    );
    it('the search has no axe violations, fits the screen, and makes no requests to other hosts', async () => {
      await visitor.page.keyboard.press('Control+k');
      await visitor.page.getByRole('combobox').fill('eng');
      await visitor.page.getByRole('group', { name: 'Groups' }).waitFor();
      expect(await faultsOf(visitor)).toEqual([]);
    });
  });
});

/** The findings of axe, of the console and about the width of the page. */
async function faultsOf({ page, faults }: Visitor): Promise<string[]> {
  // In its other mode, axe opens a page for frames of other origins; the console has none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const width = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`)),
    ...faults(),
    ...(width > 0 ? [`${width} pixels too wide`] : []),
  ];
}
