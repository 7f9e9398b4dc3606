/** Hints only say where to read: whichever of them arrive, how often and in which order changes when, and not what. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory, uuid } from '../../support/given/values.ts';
import { follow, hintAt } from './follow-hints.ts';

const RUNS = Number(process.env['ROLLCALL_HINT_RUNS'] ?? 3);
const PEOPLE = ['alice', 'bob', 'carol', 'dave'];
const GROUPS = ['devs', 'ops', 'qa'];
/** Always a member of all groups, because runs in which all groups become empty are held. */
const KEPT = 'eve';
const UNLIMITED = { percent: 100, count: 1_000 };
const GUARD = { memberRemovals: UNLIMITED, groupMemberRemovals: UNLIMITED, groupRemovals: UNLIMITED };

type Members = Readonly<Record<string, readonly string[]>>;

/** Gives the groups these members, disables these people, and returns who is a member now. */
function change({ ldap }: Company, members: Members, disabled: readonly string[]): Members {
  for (const uid of PEOPLE) {
    const locked = disabled.includes(uid) ? ['000001010000Z'] : [];
    ldap.modify(personDn(uid), { replace: { pwdAccountLockedTime: locked } });
  }
  for (const cn of GROUPS)
    ldap.modify(groupDn(cn), {
      replace: { member: [KEPT, ...(members[cn] ?? [])].map(uid => personDn(uid)) },
    });
  const isActive = (uid: string) => !disabled.includes(uid);
  return Object.fromEntries(
    GROUPS.map(cn => [`platform/${cn}`, [KEPT, ...(members[cn] ?? [])].filter(isActive).toSorted()]),
  );
}

const someone = fc.subarray(PEOPLE);
const hints = [
  ...GROUPS.map((cn, index) => hintAt(index + 1, cn)),
  ...PEOPLE.map((uid, index) => ({ id: uuid(index + 1), dn: personDn(uid) })),
];
const round = fc.record({
  members: fc.record(Object.fromEntries(GROUPS.map(cn => [cn, someone]))),
  disabled: fc.subarray(PEOPLE, { maxLength: 1 }),
  // Some are lost, some arrive twice, and those of one array arrive together.
  arriving: fc.array(fc.array(fc.constantFrom(...hints), { minLength: 1, maxLength: 5 }), { maxLength: 3 }),
});

it('reaches the same members with any hints, and no member meanwhile whom neither state has', async () => {
  const groups = Object.fromEntries(GROUPS.map(cn => [cn, [KEPT, 'alice', 'bob']]));
  const guard = { ...directory().guard, ...GUARD };
  await using company = await openCompany({ people: [...PEOPLE, KEPT], groups, settings: { guard } });
  await company.sync();
  let before = await company.members();
  const property = fc.asyncProperty(round, async ({ members, disabled, arriving }) => {
    const after = change(company, members, disabled);
    for (const some of arriving) await follow(company, ...some);
    for (const [name, now] of Object.entries(await company.members())) {
      const [old, wanted] = [before[name] ?? [], after[name] ?? []];
      expect(now).toEqual(expect.arrayContaining(old.filter(uid => wanted.includes(uid))));
      expect([...old, ...wanted]).toEqual(expect.arrayContaining(now));
    }
    await company.sync();
    before = await company.members();
    expect(before).toEqual(after);
    // All hints at once have nothing left to do.
    expect(await follow(company, ...hints)).toEqual({ kind: 'nothing' });
  });
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
});
