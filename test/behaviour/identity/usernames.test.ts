/** Members with new or second usernames that other people take. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { groupDn, personDn, personEntry } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';
import { after, DEVS, posix, twin } from './devs.ts';

it('keeps a member by the old username that the entry keeps as a second value (G18)', async () => {
  await using company = await posix({ all: DEVS });
  const { ldap } = company;
  ldap.rename(personDn('bob'), personDn('robert'));
  ldap.modify(personDn('robert'), { replace: { uid: ['robert', 'bob'] } });
  ldap.modify(groupDn('all'), {
    replace: { member: ['alice', 'robert', 'carol'].map(uid => personDn(uid)) },
  });
  expect(await after(company, 4)).toEqual(DEVS);
});

it('keeps a member for guard.grace by a removed username, although another group names the entry (G17)', async () => {
  await using company = await posix({ all: DEVS });
  company.settings = { ...company.settings, graceMs: 3_600_000 };
  company.ldap.modify(personDn('bob'), { replace: { uid: ['robert'] } });
  expect(await after(company, 4)).toEqual(DEVS);
});

it('keeps a member by a new username that another person takes, without a DN that shows it (G18)', async () => {
  await using company = await posix();
  const { ldap } = company;
  ldap.modify(personDn('carol'), { replace: { uid: ['carol2'] } });
  ldap.modify(groupDn('devs'), { replace: { memberUid: ['alice', 'bob', 'carol2'] } });
  ldap.add(twin('carol2', 90));
  expect(await after(company, 4)).toEqual(DEVS);
});

it('keeps a member by a new username that the group had one read earlier and that another person takes (G18)', async () => {
  await using company = await posix();
  const { ldap } = company;
  ldap.modify(groupDn('devs'), { add: { memberUid: ['carol2'] } });
  expect(await after(company, 1)).toEqual(DEVS);
  ldap.rename(personDn('carol'), personDn('carol2'));
  ldap.modify(personDn('carol2'), { replace: { uid: ['carol2'] } });
  ldap.modify(groupDn('devs'), { delete: { memberUid: ['carol'] } });
  ldap.add(twin('carol2', 90));
  expect(await after(company, 1)).toEqual(DEVS);
});

it('keeps a member by a new username that may not be read (G18)', async () => {
  await using company = await posix();
  const { ldap } = company;
  ldap.rename(personDn('carol'), personDn('carol2'));
  ldap.modify(personDn('carol2'), { replace: { uid: ['carol2'] } });
  ldap.modify(groupDn('devs'), { replace: { memberUid: ['alice', 'bob', 'carol2'] } });
  ldap.inject(denyAttribute('uid', dn => dn === personDn('carol2')));
  expect(await after(company, 4)).toEqual(DEVS);
});

it('keeps a member if the decision was about an absence and two people have the username now (G01)', async () => {
  await using company = await posix();
  company.ldap.delete(personDn('bob'));
  expect(await after(company, 1)).toEqual(DEVS);
  await rowsOf(
    company.db,
    sql`update membership_doubt set decision = 'remove', decided_by = 'x', decision_reason = 'left', decided_at = now() returning user_id`,
  );
  company.ldap.add(personEntry('bob', { entryUUID: [uuid(2)] }));
  company.ldap.add(twin('bob', 90));
  expect(await after(company, 1)).toEqual(DEVS);
});

it('keeps a leaver who takes the username of a newcomer in doubt, and the newcomer waits for a decision (G18)', async () => {
  await using company = await posix();
  const { ldap } = company;
  ldap.add(twin('nina', 91));
  ldap.modify(groupDn('devs'), { replace: { memberUid: ['alice', 'bob', 'nina'] } });
  ldap.rename(personDn('carol'), personDn('nina'));
  ldap.modify(personDn('nina'), { replace: { uid: ['nina'] } });
  // The directory shows the same for a member who was renamed and whose new username another person took.
  expect(await after(company, 4)).toEqual(DEVS);
  const doubts = sql<{ kind: string }>`select kind from membership_doubt`;
  expect(await rowsOf(company.db, doubts)).toEqual([{ kind: 'ambiguous_user' }]);
});
