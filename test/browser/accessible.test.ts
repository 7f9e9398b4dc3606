import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../../dev/browser/stage.ts';
import { openVisitor } from './visitor.ts';

const LOOKS = [
  { viewport: 'desktop', scheme: 'light' },
  { viewport: 'desktop', scheme: 'dark' },
  { viewport: 'phone', scheme: 'light' },
  { viewport: 'phone', scheme: 'dark' },
] as const;

/** Every page, with the words that show that it is there. */
const PAGES = [
  ['#/', 'Recent runs'],
  ['#/runs', 'Runs'],
  ['#/runs/13', 'wait for you'],
  ['#/runs/2', 'People read'],
  ['#/groups', 'eng-api'],
  ['#/groups?state=unresolved', 'Way out'],
  ['#/groups/1', 'release captains'],
  ['#/groups/5', 'maintained by directory sync'],
  ['#/teams', 'Sales'],
  ['#/teams/engineering', 'Members or access groups?'],
  ['#/teams/engineering/new', 'Group Name'],
  ['#/teams/engineering/projects/api', 'Priya'],
  ['#/people', 'Priya'],
  ['#/people/priya?team=engineering&group=eng-api', 'Yes'],
  ['#/people/wren?team=engineering&group=eng-api', 'What would have to be true'],
  ['#/audit', 'added'],
  ['#/nowhere', 'Nothing is here'],
] as const;

describe('the console', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it.each(LOOKS)(
    'has no fault that axe finds, fits, and asks nobody else: $viewport, $scheme',
    async look => {
      await using visitor = await openVisitor(stage.url, look);
      const { page } = visitor;
      const found: Record<string, unknown> = {};
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        const faults = [
          ...violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`)),
          ...visitor.faults(),
          ...(width > 0 ? [`${width} pixels too wide`] : []),
        ];
        if (faults.length > 0) found[name] = faults;
      };
      await check('sign in');
      await visitor.signIn();
      for (const [place, words] of PAGES) {
        await visitor.open(place);
        await page.getByText(words).first().waitFor({ state: 'attached' });
        await page.waitForLoadState('networkidle');
        await check(place);
      }
      expect(found).toEqual({});
    },
  );
});
