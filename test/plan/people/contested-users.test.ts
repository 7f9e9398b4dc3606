/** Two people who match one local user are both in doubt. */
import { describe, expect, it } from 'vitest';
import type { CurrentState } from '../../../src/model/current.ts';
import type { UserSettings } from '../../../src/model/settings.ts';
import type { DirectoryUser, Snapshot } from '../../../src/model/snapshot.ts';
import { matchPeople } from '../../../src/plan/people/match-people.ts';
import { finish } from '../../../src/steps/steps.ts';
import { current } from '../../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  link,
  localUser,
  person,
  snapshot,
} from '../../support/given/values.ts';

const BOTH: Partial<UserSettings> = { match: ['username', 'email'] };
const alice = person(1, { username: 'alice', email: 'alice@example.test' });
const bob = person(2, { username: 'bob', email: 'shared@example.test' });
const account = localUser(7, { username: 'alice', email: 'shared@example.test' });

/** The first `mapped` people are in a mapped group, the others are only in the directory. */
function match(
  users: DirectoryUser[],
  state: Partial<CurrentState>,
  {
    mapped = users.length,
    read,
    ...more
  }: Partial<UserSettings> & { mapped?: number; read?: Partial<Snapshot> },
) {
  const group = directoryGroup(900, 'all', complete(...Array(mapped).keys()));
  const found = finish(
    matchPeople(snapshot(users, [group], read), current(state), {
      ...directory().users,
      ...more,
    }),
  );
  return {
    ids: [...found.userIds],
    why: Object.fromEntries(found.reasons),
    possible: Object.fromEntries(found.possible),
  };
}

describe('claims on a local user', () => {
  it('two people who match one local user, by username and by address, are both in doubt, and a third is matched (G12)', () => {
    const carol = person(3);
    const users = [account, localUser(8, { username: 'user3' })];
    expect(match([alice, bob, carol], { users }, BOTH)).toEqual({
      ids: [0, 0, 8],
      why: { 0: 'ambiguous_user', 1: 'ambiguous_user' },
      possible: { 0: [7], 1: [7] },
    });
  });

  it('a namesake outside of the mapped groups is a claimant, too (G12, G11)', () => {
    expect(match([bob, alice], { users: [account] }, { ...BOTH, mapped: 1 }).why).toEqual({
      0: 'ambiguous_user',
    });
    expect(match([bob], { users: [account] }, BOTH).ids).toEqual([7]);
  });

  it('a read of some groups links no person whose local user has a text that was not searched for (G11)', () => {
    const partial = { whole: false };
    expect(match([bob], { users: [account] }, { ...BOTH, read: partial })).toMatchObject({
      ids: [0],
      why: { 0: 'whole_read_needed' },
      possible: { 0: [7] },
    });
    const own = localUser(7, { username: 'bob', email: 'SHARED@example.test' });
    expect(match([bob], { users: [own] }, { ...BOTH, read: partial }).ids).toEqual([7]);
  });

  it('the address of another person does not block the owner of a username (G12, G18)', () => {
    const admin = person(2, { username: 'alice-adm', email: 'alice@example.test' });
    const users = [localUser(7, { username: 'alice', email: 'alice@example.test' })];
    expect(match([alice, admin], { users }, BOTH)).toMatchObject({
      ids: [7, 0],
      why: { 1: 'ambiguous_user' },
    });
  });

  it('lists all users whom a person without an identity may be: by username, shared identity or DN (G02, G03)', () => {
    const nameless = person(1, { externalId: undefined, idIssue: 'source_id_missing', username: 'same' });
    const doubled = person(2, { idIssue: 'duplicate_id', sharedId: link(5).externalId, username: 'other' });
    const users = [localUser(3, { username: 'Same', linked: true })];
    const links = [link(4, { dn: nameless.dn.toUpperCase() }), link(5)];
    expect(match([nameless, doubled], { users, links }, {}).possible).toEqual({ 0: [3, 4], 1: [5] });
  });
});
