/**
 * Entries that move during a read, before any of its requests: between two searches, or between two pages of one
 * search.
 */
import { describe, expect, it } from 'vitest';
import { meanwhile } from '../../../dev/fake-ldap/faults/answers.ts';
import { livePages } from '../../../dev/fake-ldap/faults/paging.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import {
  ALICE,
  BOB,
  CAROL,
  type FakeDirectory,
  GROUPS,
  group,
  groupNamed,
  members,
  PEOPLE,
  serve,
  user,
} from '../../support/given/directory.ts';
import { mapping, uuid } from '../../support/given/values.ts';

const unit = (dn: string) => ({ dn, attributes: { objectClass: ['organizationalUnit'] } });
const SALES = unit(`ou=sales,${PEOPLE}`);
const LABS = unit(`ou=labs,${GROUPS}`);
const SERVERS = [
  { vendor: 'openldap', once: 'entryUUID' },
  { vendor: 'openldap', once: 'dn' },
  { vendor: 'rfc4519', once: 'dn' },
] as const;

interface Move {
  readonly from: string;
  readonly to: string;
  /** The group that names the entry, so that its value is updated at the same time. */
  readonly group: string;
}

function move(fake: FakeDirectory, { from, to, group: holder }: Move): void {
  fake.server.rename(from, to);
  fake.server.modify(holder, { delete: { member: [from] }, add: { member: [to] } });
}

/** Runs one read for each request, with the move before that request. Returns the snapshots. */
async function readsWith(
  wanted: Move,
  entries: Parameters<typeof serve>[0],
  { vendor, once }: (typeof SERVERS)[number],
  options: { readonly group?: string } = {},
): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for (let at = 1; ; at += 1) {
    let requests = 0;
    let fake: FakeDirectory | undefined;
    const onRequest = () => {
      requests += 1;
      if (requests === at && fake) move(fake, wanted);
    };
    fake = await serve(
      entries,
      { vendor, pageSize: 1, mappings: [mapping({ groups: { filter: '(objectClass=groupOfNames)' } })] },
      { onRequest, faults: [livePages(once)] },
    );
    await using opened = fake;
    found.push(await readDirectory(opened.settings, options));
    if (requests < at) return found;
  }
}

/** Whether the group has that user, or reports one of these DNs as unresolved. */
function isKept(snapshot: Snapshot, name: string, username: string, places: readonly string[]): boolean {
  const { members: found } = groupNamed(snapshot, name);
  if (found.kind === 'unknown') return true;
  const values = [...found.references].map(index => snapshot.references[index]?.key);
  return (
    [...found.users].some(index => snapshot.users[index]?.username === username) ||
    places.some(dn => values.includes(`dn:${dn}`))
  );
}

describe.each(SERVERS)('on a server like $vendor, which shows each $once once', server => {
  const there = `uid=alice,${SALES.dn}`;
  const devs = group(11, 'devs', [ALICE.dn, BOB.dn]);
  const person: Move = { from: ALICE.dn, to: there, group: devs.dn };

  it('a user who moves is one user, and no group loses the member without a report (G05)', async () => {
    const reads = await readsWith(person, [SALES, ALICE, BOB, devs], server);
    expect(reads.length).toBeGreaterThan(8);
    for (const snapshot of reads) {
      const hers = snapshot.users.filter(({ username }) => username === 'alice');
      expect(hers.map(({ idIssue }) => idIssue)).toEqual(hers.map(() => undefined));
      expect(hers.length).toBeLessThanOrEqual(1);
      expect(isKept(snapshot, 'devs', 'alice', [person.from, person.to])).toBe(true);
      expect(isKept(snapshot, 'devs', 'bob', [])).toBe(true);
    }
    expect(reads.some(snapshot => snapshot.users.some(({ dn }) => dn === there))).toBe(true);
  });

  it('the same holds if only the group is read (G05)', async () => {
    for (const snapshot of await readsWith(person, [SALES, ALICE, BOB, devs], server, { group: 'devs' })) {
      expect(isKept(snapshot, 'devs', 'alice', [person.from, person.to])).toBe(true);
      expect(snapshot.users.filter(({ idIssue }) => idIssue !== undefined)).toEqual([]);
    }
  });

  it('a nested group that moves is one group, and its parents keep its members or report what is missing (G06)', async () => {
    const lab = group(12, 'lab', [CAROL.dn]);
    const far = `cn=lab,${LABS.dn}`;
    const parent = group(11, 'all', [ALICE.dn, lab.dn]);
    const late = group(13, 'later', []);
    const nested: Move = { from: lab.dn, to: far, group: parent.dn };
    for (const groups of [
      [parent, late, lab],
      [lab, late, parent],
    ])
      for (const snapshot of await readsWith(nested, [LABS, ALICE, CAROL, ...groups], server)) {
        const labs = snapshot.groups.filter(({ name }) => name === 'lab');
        expect(labs.map(({ idIssue }) => idIssue)).toEqual(labs.map(() => undefined));
        expect(labs.length).toBeLessThanOrEqual(1);
        for (const { mapping } of labs) expect(mapping).toBe(0);
        expect(isKept(snapshot, 'all', 'carol', [nested.from, nested.to])).toBe(true);
      }
  });
});

describe('an entry that is read at two DNs', () => {
  it('is two entries with one identity if both DNs still exist', async () => {
    await using fake = await serve([SALES, ALICE, user(1, 'alice', {}, `uid=alice,${SALES.dn}`)]);
    const { users } = await readDirectory(fake.settings);
    expect(users.map(({ idIssue, sharedId }) => [idIssue, sharedId])).toEqual([
      ['duplicate_id', uuid(1)],
      ['duplicate_id', uuid(1)],
    ]);
  });

  it('is only at the second DN if the first one has another entry now; the first is in doubt', async () => {
    const devs = group(11, 'devs', [ALICE.dn, BOB.dn]);
    const there = `uid=alice,${SALES.dn}`;
    await using fake = await serve([SALES, ALICE, BOB, devs], { vendor: 'openldap' });
    const hire = () => {
      fake.server.rename(ALICE.dn, there);
      fake.server.add(user(9, 'alice'));
      fake.server.modify(devs.dn, { add: { member: [there] } });
    };
    // Before the groups: the users are read first, over the first connection.
    fake.server.inject(onSearch({ dn: GROUPS, nth: 1 }, meanwhile(hire)));
    const snapshot = await readDirectory(fake.settings);
    const hers = snapshot.users.filter(({ externalId }) => externalId === uuid(1));
    expect(hers.map(({ dn }) => dn)).toEqual([there]);
    expect(members(snapshot, 'devs')).toEqual(expect.arrayContaining(['alice', 'bob']));
  });

  it('is looked up only if it may have moved: a thousand duplicates are duplicates', async () => {
    const twins = Array.from({ length: 1100 }, (_, index) => [
      user(100 + index, `a${index}`),
      user(100 + index, `b${index}`),
    ]).flat();
    await using fake = await serve(twins);
    const { users, counts } = await readDirectory(fake.settings);
    expect(users.filter(({ idIssue }) => idIssue === 'duplicate_id')).toHaveLength(2200);
    expect(counts.queries).toBeLessThan(10);
  });
});
