/** Groups get their members whatever the order of the entries, and lose none if two entries compare as equal. */
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../src/directory/members/assemble.ts';
import {
  type Collection,
  collectGroup,
  collectUser,
  createCollection,
} from '../../../src/directory/session/collection.ts';
import type { DirectoryGroup } from '../../../src/model/snapshot.ts';
import { finish, SLICE } from '../../../src/steps/steps.ts';
import { entry } from '../../support/given/directory-entries.ts';
import { directory, uuid } from '../../support/given/values.ts';

const TRAITS = {
  idAttribute: 'entryUUID',
  changedAt: 'modifyTimestamp',
  accountAttributes: ['nsAccountLock'],
  dnAttribute: undefined,
  always: { user: [], group: [] },
  backLink: undefined,
  primaryGroup: { user: 'gidNumber', group: 'gidNumber' },
};

function collecting(): Collection {
  return createCollection(directory(), TRAITS, 0);
}

function person(n: number, dn: string, uid = `user${n}`) {
  return entry(dn, { uid: [uid], entryUUID: [uuid(n)] });
}

function team(n: number, member: string[], dn = `cn=g${n},ou=groups,dc=test`) {
  return entry(dn, { cn: [`g${n}`], entryUUID: [uuid(n)], member });
}

function groupsOf(collection: Collection): readonly DirectoryGroup[] {
  return finish(assemble(collection, () => 0)).groups;
}

describe('a group with very many values', () => {
  it.each(['member', 'memberUid'])('is processed in steps of a fixed number of %s values', attribute => {
    const collection = collecting();
    const values = Array.from({ length: 20 * SLICE }, (_, at) => `uid=u${at},ou=people,dc=test`);
    const steps = collectGroup(
      collection,
      entry('cn=g1,ou=groups,dc=test', { cn: ['g1'], entryUUID: [uuid(1)], [attribute]: values }),
    );
    const { dns, usernames } = collection.interners;
    const known = () => dns.texts.length + usernames.texts.length;

    for (let before = known(); steps.next().done !== true; before = known())
      expect(known() - before).toBeLessThanOrEqual(SLICE);

    expect(known()).toBe(values.length + 1);
    const resolving = assemble(collection, () => 0);
    let pauses = 0;
    while (resolving.next().done !== true) pauses += 1;
    expect(pauses).toBeGreaterThan(20);
  });
});

describe('what was collected', () => {
  it('may come in any order: members can arrive before the entries that they name', () => {
    const collection = collecting();
    finish(collectGroup(collection, team(11, ['UID=A,ou=people,dc=test', 'cn=g12,ou=groups,dc=test'])));
    collectUser(collection, person(1, 'uid=a,ou=people,dc=test'));
    finish(collectGroup(collection, team(12, ['uid=b,ou=people,dc=test'])));
    collectUser(collection, person(2, 'uid=b,ou=people,dc=test'));
    const users = Int32Array.from([0, 1]);
    expect(groupsOf(collection)[0]?.members).toMatchObject({ kind: 'complete', users, unresolved: [] });
  });

  it('contains an entry once that arrived twice because the directory changed', () => {
    const collection = collecting();
    collectUser(collection, person(1, 'uid=a,ou=people,dc=test', 'before'));
    collectUser(collection, person(1, 'uid=A,ou=people,dc=test', 'after'));
    const { users } = finish(assemble(collection, () => 0));
    expect(users.map(({ username, externalId }) => [username, externalId])).toEqual([['after', uuid(1)]]);
  });

  it('matches neither of two users whose DNs compare as equal', () => {
    const collection = collecting();
    collectUser(collection, person(1, 'cn=Fix,ou=people,dc=test'));
    collectUser(collection, person(2, 'cn=ﬁx,ou=people,dc=test'));
    finish(collectGroup(collection, team(11, ['cn=fix,ou=people,dc=test'])));
    const { groups, references } = finish(assemble(collection, () => 0));
    const key = 'dn:cn=fix,ou=people,dc=test';
    expect(references).toMatchObject([{ key, reason: 'ambiguous_user', candidates: [0, 1] }]);
    expect(groups[0]?.members).toMatchObject({
      kind: 'complete',
      references: Int32Array.from([0]),
      users: new Int32Array(0),
      unresolved: [{ value: 'cn=ﬁx,ou=people,dc=test', attribute: 'member', reason: 'ambiguous_user' }],
    });
  });

  it('shows that two entries share an identity whose DNs compare as equal (C22, G03)', () => {
    const collection = collecting();
    collectUser(collection, person(1, 'cn=Fix,ou=people,dc=test'));
    collectUser(collection, person(1, 'cn=ﬁx,ou=people,dc=test'));
    const { users } = finish(assemble(collection, () => 0));
    expect(users.map(({ idIssue, sharedId }) => [idIssue, sharedId])).toEqual([
      ['duplicate_id', uuid(1)],
      ['duplicate_id', uuid(1)],
    ]);
  });

  it('makes a group unknown that contains one of two groups whose DNs compare as equal (C22)', () => {
    const collection = collecting();
    finish(collectGroup(collection, team(11, ['cn=Fix,ou=groups,dc=test'])));
    finish(collectGroup(collection, team(12, [], 'cn=Fix,ou=groups,dc=test')));
    finish(collectGroup(collection, team(13, [], 'cn=ﬁx,ou=groups,dc=test')));
    expect(groupsOf(collection)[0]?.members).toMatchObject({ kind: 'unknown' });
  });
});
