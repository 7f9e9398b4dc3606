/** Users work through the console in a real browser, from the sign-in to approvals, doubts and manual groups. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_GROUP } from '../../dev/browser/history.ts';
import { openTestbed, type Testbed, TOKENS } from '../../dev/browser/testbed.ts';
import { type Redis, startRedis } from '../../dev/servers/redis.ts';
import { expectSearch } from './expect-search.ts';
import { expectState } from './expect-state.ts';
import { expectWaiting } from './expect-waiting.ts';
import { openVisitor, type Visitor } from './visitor.ts';

const LOOKS = [
  { viewport: 'desktop', scheme: 'light', queue: 'Redis' },
  { viewport: 'phone', scheme: 'dark', queue: 'PostgreSQL' },
] as const;

describe.each(LOOKS)('on a $viewport, with the queue in $queue', ({ queue, ...look }) => {
  let redis: Redis | undefined;
  let testbed: Testbed;
  let visitor: Visitor;
  const heading = (name: string) => visitor.page.getByRole('heading', { name, level: 1 }).waitFor();
  const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
  const words = (text: string | RegExp) => visitor.page.getByText(text).first().waitFor();

  beforeAll(async () => {
    redis = queue === 'Redis' ? await startRedis() : undefined;
    testbed = await openTestbed(redis && { redisUrl: redis.url });
    visitor = await openVisitor(testbed.url, look);
  });
  afterAll(async () => {
    await visitor[Symbol.asyncDispose]();
    await testbed[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
  });

  it('refuses an unknown token, and opens the requested page after the sign-in', async () => {
    const { page } = visitor;
    await visitor.open('#/teams');
    await page.getByLabel('Token').fill('a guess');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await words('This token is not in the configuration.');
    expect(visitor.faults()).toEqual([expect.stringContaining('401')]);
    await visitor.signIn();
    await heading('Teams');
    await page.reload();
    await heading('Teams');
    expect(visitor.faults()).toEqual([]);
  });

  it('shows the held run on the overview when it is no longer among the recent runs (G86)', async () => {
    const { page } = visitor;
    const recent = (url: URL) => url.pathname === '/api/runs' && !url.searchParams.has('status');
    await page.route(recent, route => route.fulfill({ json: { items: [], next: null } }));
    await visitor.open('#/');
    await words('No runs yet.');
    await page.getByRole('link', { name: 'Review and decide of sample' }).waitFor();
    await page.unroute(recent);
  });

  it('lists the runs of one status, and keeps the status in the address', async () => {
    const { page } = visitor;
    await visitor.open('#/runs?status=held');
    const runs = page.getByRole('table', { name: 'Runs' });
    await runs.getByRole('link', { name: `Run ${testbed.history.held}` }).waitFor();
    expect(await runs.getByRole('rowheader').count()).toBe(1);
    await page.getByLabel('Status').selectOption('succeeded');
    await runs.getByRole('link', { name: 'Run 1', exact: true }).waitFor();
    expect(await runs.getByText('held', { exact: true }).count()).toBe(0);
    expect(page.url()).toContain('#/runs?status=succeeded');
    expect(visitor.faults()).toEqual([]);
  });

  it('says on every page, in the tab and in its icon whether everything is in sync, and what is not', () =>
    expectState(visitor));

  it('leads from the overview to what waits, follows what replaces it, and approves all of it (G111)', () =>
    expectWaiting(visitor, testbed));

  it('leads from the overview to members in doubt, and keeps or removes them with a reason', async () => {
    const { page } = visitor;
    await visitor.open('#/');
    await page.getByRole('link', { name: 'Review doubts of sample' }).click();
    await heading('Members in doubt');
    const table = page.getByRole('table', { name: 'Members in doubt' });
    await table.getByText('uid=akira,ou=people,dc=halyard,dc=example').first().waitFor();
    await table.getByRole('button', { name: /^Keep/ }).first().click();
    await page.getByLabel('Reason. Recorded with the decision.').fill('She is at her desk.');
    await button('Keep').click();
    await words('ines: She is at her desk.');
    await table
      .getByRole('button', { name: /^Remove/ })
      .first()
      .click();
    await page.getByLabel('Reason. Recorded with the decision.').fill('She has left.');
    await button('Remove').click();
    await page.waitForURL(/#\/runs\/\d+$/);
    await page.getByText('succeeded', { exact: true }).first().waitFor();
    const people = page.getByRole('table', { name: 'People in this run' });
    await people.getByRole('rowheader', { name: 'akira' }).first().waitFor();
    expect(visitor.faults()).toEqual([]);
  });

  it('resyncs, and shows the run until its end with the users it added', async () => {
    const { page } = visitor;
    testbed.ldap.modify(API_GROUP, { add: { member: ['uid=goran,ou=people,dc=halyard,dc=example'] } });
    await visitor.open('#/');
    await page.getByRole('button', { name: 'Resync sample now' }).click();
    await page.waitForURL(/#\/runs\/\d+$/);
    await page.getByText('succeeded', { exact: true }).first().waitFor();
    const people = page.getByRole('table', { name: 'People in this run' });
    await people.getByRole('rowheader', { name: 'goran' }).first().waitFor();
    expect(await people.getByText('added', { exact: true }).count()).toBeGreaterThan(0);
    expect(await page.locator('#announcer').textContent()).toMatch(/^Run \d+ of sample: succeeded$/);
    expect(visitor.faults()).toEqual([]);
  });

  it('searches from every page, by keyboard, and leads to pages and actions', () => expectSearch(visitor));

  it('explains why one user is in a group, and why another is not', async () => {
    const { page } = visitor;
    await visitor.open('#/people');
    await page.getByLabel('Search by name, username or mail').fill('priya');
    await page.getByRole('link', { name: 'Priya' }).click();
    await heading('Priya Raman');
    await page.getByRole('table', { name: 'Directory entries' }).getByText('uid=priya,ou=people').waitFor();
    const memberships = page.getByRole('table', { name: 'Memberships' });
    await memberships.getByRole('rowheader', { name: 'eng-api' }).waitFor();
    await page.getByLabel('Team').selectOption('engineering');
    await page.getByLabel('Name of the group').fill('eng-api');
    await button('Explain').click();
    await words('uid=priya,ou=people,dc=halyard,dc=example');
    await page.getByText('Yes', { exact: true }).waitFor();

    await visitor.open('#/groups?search=eng-api');
    await page.getByRole('rowheader').getByRole('link', { name: 'eng-api' }).click();
    await page.getByLabel('Username').fill('wren');
    await button('Explain').click();
    await words('What is missing');
    expect(visitor.faults()).toEqual([]);
  });

  it('creates a manual group, adds members, and refuses a second one of that name', async () => {
    const { page } = visitor;
    await visitor.open('#/teams/engineering');
    await page.getByRole('link', { name: 'New access group' }).click();
    await page.getByLabel('Group Name').fill('API Team');
    await button('Create access group').click();
    await heading('API Team');
    await page.getByLabel('Username').first().fill('amara');
    await button('Add member').click();
    await page.getByRole('rowheader', { name: 'Amara Okafor' }).waitFor();
    await page.getByRole('checkbox', { name: 'Timetable API' }).click();
    await page.getByRole('checkbox', { name: 'Timetable API', checked: true }).waitFor();
    expect(visitor.faults()).toEqual([]);

    await visitor.open('#/teams/engineering/new');
    await page.getByLabel('Group Name').fill('API Team');
    await button('Create access group').click();
    await page.getByRole('alert').getByText('API Team').waitFor();
    expect(visitor.faults()).toEqual([expect.stringContaining('409')]);
  });

  it('shows a change of members on the open page of their group', async () => {
    const { page } = visitor;
    await visitor.open('#/groups?search=API+Team');
    await page.getByRole('rowheader').getByRole('link', { name: 'API Team' }).click();
    await page.getByRole('rowheader', { name: 'Amara Okafor' }).waitFor();
    const group = new URL(page.url()).hash.split('/').pop();
    const added = await page.request.put(`${testbed.url}/api/groups/${group}/members/wren`, {
      headers: { authorization: `Bearer ${TOKENS.admin}` },
    });
    expect(added.ok()).toBe(true);
    await page.getByRole('rowheader', { name: /wren/ }).first().waitFor();
    expect(visitor.faults()).toEqual([]);
  });

  it('shows the fields that a directory owns as locked, with what to do instead; the API refuses changes of them', async () => {
    const { page } = visitor;
    await visitor.open('#/groups?search=eng-web');
    await page.getByRole('rowheader').getByRole('link', { name: 'eng-web' }).click();
    await words('Members and name are maintained by directory sync (sample).');
    expect(await page.getByLabel('Group Name').count()).toBe(0);
    expect(await page.getByRole('button', { name: /Add member|Remove/ }).count()).toBe(0);
    const group = new URL(page.url()).hash.split('/').pop();
    const refused = await page.request.put(`${testbed.url}/api/groups/${group}/members/amara`, {
      headers: { authorization: `Bearer ${TOKENS.admin}` },
    });
    expect(await refused.json()).toMatchObject({ status: 409, code: 'managed_members' });
    expect(visitor.faults()).toEqual([]);
  });

  it('exports the audit that is shown, a line for each change', async () => {
    const { page } = visitor;
    await visitor.open('#/audit?team=engineering&group=API+Team');
    await page.getByRole('rowheader', { name: 'amara' }).waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), button('Export as JSON Lines').click()]);
    const lines = (await (await file.createReadStream()).toArray()).join('').trim().split('\n');
    expect(lines.map(line => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ action: 'add', username: 'amara', actor: 'ines' }),
    );
    const [sheet] = await Promise.all([page.waitForEvent('download'), button('Export as CSV').click()]);
    const csv = (await (await sheet.createReadStream()).toArray()).join('');
    expect(csv).toMatch(/^\ufeffat,kind,action,team,/);
    expect(csv).toMatch(/^.*,member,add,engineering,API Team,\d+,,amara,.*,ines,/m);
    expect(visitor.faults()).toEqual([]);
  });

  it('does not offer admin actions to a viewer', async () => {
    const { page } = visitor;
    await button('Sign out').click();
    await visitor.signIn('viewer');
    for (const place of ['#/', '#/runs/13', '#/waiting', '#/groups/1', '#/groups/5', '#/teams/engineering']) {
      await visitor.open(place);
      await page.locator('main h1').waitFor({ state: 'attached' });
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const names = await page.locator('main').getByRole('button').allTextContents();
      expect(
        names.filter(name => !/Explain|Show more/.test(name)),
        place,
      ).toEqual([]);
    }
    expect(visitor.faults()).toEqual([]);
  });
});
