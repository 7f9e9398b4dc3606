/** Which links move to entries that were created again, and what is true then. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { asRelinked, findMoves } from '../../../src/plan/what-if/relink.ts';
import { current } from '../../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  managedGroup,
  person,
  snapshot,
  uuid,
} from '../../support/given/values.ts';

const STATE = current({
  managed: [managedGroup(1, 'devs', [1]), managedGroup(2, 'ops', [2])],
  groups: [known(10, 'devs', 1), known(11, 'ops', 2), known(12, 'old', undefined, { state: 'released' })],
});
const LINKS = [link(1), link(2)];

describe('findMoves', () => {
  it('finds groups, released ones too, and people by the DN that another identity has now (B5)', () => {
    const read = snapshot(
      [person(1, { externalId: uuid(101) }), person(2)],
      [
        directoryGroup(20, 'devs', complete(0), { dn: 'CN=devs,OU=groups,DC=test' }),
        directoryGroup(11, 'ops', complete(1)),
        directoryGroup(22, 'old', complete(1)),
      ],
    );
    expect(findMoves(read, STATE, LINKS)).toEqual({
      groups: [
        {
          dn: 'CN=devs,OU=groups,DC=test',
          from: uuid(10),
          to: uuid(20),
          accessGroupId: 1,
          team: 'platform',
          name: 'devs',
        },
        {
          dn: 'cn=old,ou=groups,dc=test',
          from: uuid(12),
          to: uuid(22),
          accessGroupId: undefined,
          team: '',
          name: 'old',
        },
      ],
      people: [{ dn: 'uid=user1,ou=people,dc=test', from: uuid(1), to: uuid(101), userId: 1 }],
    });
  });

  it('moves nothing to an entry in doubt, out of scope, or linked already (B4)', () => {
    const dn = 'cn=devs,ou=groups,dc=test';
    const heirs = [
      directoryGroup(20, 'devs', complete(), { externalId: undefined, idIssue: 'duplicate_id' }),
      directoryGroup(20, 'devs', complete(), { mapping: undefined }),
      directoryGroup(11, 'ops', complete(), { dn }),
    ];
    for (const heir of heirs) expect(findMoves(snapshot([], [heir]), STATE, []).groups).toEqual([]);
  });
});

describe('asRelinked', () => {
  it('after any part of a directory was created again, the plan is the same as before (B5)', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }), reborn => {
        const numbers = reborn.map((_, at) => at + 1);
        const users = numbers.map(n => person(n));
        const groups = numbers.map(n => directoryGroup(50 + n, `g${n}`, complete(n - 1)));
        const state = current({
          managed: numbers.map(n => managedGroup(n, `g${n}`, [n])),
          groups: numbers.map(n => known(50 + n, `g${n}`, n)),
        });
        const links = numbers.map(n => link(n));
        const again = <Entry extends { externalId: string | undefined }>(entries: readonly Entry[]) =>
          entries.map((entry, at) => (reborn[at] ? { ...entry, externalId: uuid(900 + at) } : entry));
        const peopleAgain = users.map((user, at) =>
          reborn[at] ? { ...user, externalId: uuid(800 + at) } : user,
        );
        const read = snapshot(peopleAgain, again(groups));
        const moves = findMoves(read, state, links);
        const relinked = asRelinked(state, links, { ...moves, idAttribute: 'entryUUID' });
        const { changes, unresolved, counts } = planSync(read, relinked, directory());
        expect(changes).toEqual([]);
        expect(unresolved).toMatchObject({ appeared: [], resolved: [] });
        expect(counts.unchanged).toBe(numbers.length);
      }),
    );
  });
});
