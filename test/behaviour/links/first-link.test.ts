/** Who links a person to a user of the application: a run, or with `firstLink: confirm` an operator. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { linksOf } from '../../../src/app/links/links.ts';
import { type Company, groupDn, openCompany, personDn, personEntry } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { directory, uuid } from '../../support/given/values.ts';

const BY = { by: 'ada', reason: 'HR-1234' };

/** A company whose links are confirmed. The n-th person has the identity uuid(n). */
async function confirming(groups: Record<string, string[]> = { devs: ['alice', 'bob'] }) {
  const { users } = directory();
  const company = await openCompany({ groups, settings: { users: { ...users, firstLink: 'confirm' } } });
  return Object.assign(company, { links: linksIn(company) });
}

function linksIn({ db, settings }: Company) {
  return linksOf({ db, current: { settings: { directories: [settings] } }, send: async () => {} });
}

/** The usernames of the links in the state. */
async function listed(
  { links }: Awaited<ReturnType<typeof confirming>>,
  state: 'linked' | 'waiting' | 'refused',
) {
  return (await links.list({ limit: 50, state })).items.map(({ username }) => username);
}

/** Works on the run that a decision queued. */
async function apply(company: Company, run: { readonly id: number } | undefined) {
  await company.begin(run?.id ?? 0);
  await company.work();
}

it('links and adds no person before an operator confirms it, and then exactly that person (G18)', async () => {
  await using company = await confirming();
  const first = await company.sync();
  expect(first.counts.plan).toMatchObject({ add: 0, unresolved: 2, reasons: { link_unconfirmed: 2 } });
  expect(await company.members()).toEqual({ 'platform/devs': [] });
  expect((await company.status()).linkRequests.total).toBe(2);
  const { items } = await company.links.list({ limit: 50, state: 'waiting' });
  expect(items).toMatchObject([
    { username: 'alice', entry: uuid(1), dn: personDn('alice') },
    { username: 'bob', entry: uuid(2), dn: personDn('bob') },
  ]);
  expect(await company.written(() => company.sync())).toEqual([]);

  const other = { ...BY, username: 'alice', directory: 'corp', entry: uuid(2), decision: 'confirm' } as const;
  await expect(company.links.decide(other)).rejects.toMatchObject({ code: 'unknown_link' });
  await apply(company, await company.links.decide({ ...other, entry: uuid(1) }));
  expect(await company.members()).toEqual({ 'platform/devs': ['alice'] });
  expect([await listed(company, 'linked'), await listed(company, 'waiting')]).toEqual([['alice'], ['bob']]);
});

it('keeps the question about a person only while the directory shows that person (G18)', async () => {
  await using company = await confirming();
  await company.sync();
  company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('alice')] } });
  await company.sync();
  expect(await listed(company, 'waiting')).toEqual(['alice']);
});

it('keeps a member whose link waits, and removes the member when an operator refuses the link (G18)', async () => {
  await using company = await confirming({ devs: ['bob'], staff: ['alice', 'bob', 'carol'] });
  company.settings = { ...company.settings, users: { ...company.settings.users, firstLink: 'match' } };
  await company.sync();
  company.settings = { ...company.settings, users: { ...company.settings.users, firstLink: 'confirm' } };
  await rowsOf(company.db, sql`delete from directory_user where external_id = ${uuid(2)}`);
  await company.sync();
  expect((await company.members())['platform/devs']).toEqual(['bob']);

  const request = { ...BY, username: 'bob', directory: 'corp', entry: uuid(2), decision: 'refuse' } as const;
  await apply(company, await company.links.decide(request));
  expect((await company.members())['platform/staff']).toEqual(['alice', 'carol']);
  expect(await listed(company, 'refused')).toEqual(['bob']);
});

it('removes what a link gave when an operator unlinks the user, and no run links them again (G64)', async () => {
  await using company = await openCompany({ groups: { staff: ['alice', 'bob', 'carol'] } });
  const links = linksIn(company);
  await company.sync();
  await apply(company, await links.unlink({ ...BY, username: 'bob', directory: 'corp' }));
  const without = { 'platform/staff': ['alice', 'carol'] };
  expect(await company.members()).toEqual(without);
  company.ldap.modify(personDn('bob'), { replace: { mail: ['robert@example.test'] } });
  expect((await company.sync()).counts.plan?.reasons).toEqual({ link_refused: 1 });
  expect(await company.members()).toEqual(without);
  await expect(links.unlink({ ...BY, username: 'bob', directory: 'corp' })).rejects.toMatchObject({
    code: 'unknown_link',
  });

  const again = { ...BY, username: 'bob', directory: 'corp', entry: uuid(2), decision: 'confirm' } as const;
  await apply(company, await links.decide(again));
  expect(await company.members()).toEqual({ 'platform/staff': ['alice', 'bob', 'carol'] });
});

it('confirms no link to a user who was linked to another entry meanwhile (G18)', async () => {
  await using company = await confirming();
  await company.sync();
  await rowsOf(
    company.db,
    sql`
      insert into directory_user (directory, external_id, dn, username, user_id, matched_by, run_id)
      select 'corp', ${uuid(77)}, 'uid=other', 'other', id, 'username', 1 from auth_user where username = 'alice'`,
  );
  const request = {
    ...BY,
    username: 'alice',
    directory: 'corp',
    entry: uuid(1),
    decision: 'confirm',
  } as const;
  await expect(company.links.decide(request)).rejects.toMatchObject({ code: 'already_linked' });
  expect(await listed(company, 'waiting')).toEqual(['alice', 'bob']);
});

it('does not ask about two people who match one user: both are ambiguous (G01)', async () => {
  await using company = await confirming();
  const twin = personEntry('alice', { entryUUID: [uuid(90)] });
  company.ldap.add({ ...twin, dn: 'uid=alice,ou=groups,dc=test' });
  company.settings = { ...company.settings, users: { ...company.settings.users, baseDn: 'dc=test' } };
  expect((await company.sync()).counts.plan?.reasons).toMatchObject({ ambiguous_user: 1 });
  expect(await listed(company, 'waiting')).toEqual(['bob']);
});
