/** People are matched to local users by link, username and address, and never by guess. */
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
  uuid,
} from '../../support/given/values.ts';

const settings = (more: Partial<UserSettings> = {}): UserSettings => ({ ...directory().users, ...more });

/** Matches the given people, who are all in one group. */
function match(users: DirectoryUser[], state: Partial<CurrentState>, more: Partial<UserSettings> = {}) {
  const all = complete(...users.keys());
  const found = finish(
    matchPeople(snapshot(users, [directoryGroup(900, 'all', all)]), current(state), settings(more)),
  );
  const possible = Object.fromEntries(found.possible);
  return { ...found, ids: [...found.userIds], why: Object.fromEntries(found.reasons), possible };
}

describe('matching people', () => {
  it('finds an unlinked person by username and remembers the link', () => {
    const { ids, links } = match([person(1)], { users: [localUser(7, { username: 'user1' })] });
    expect(ids).toEqual([7]);
    expect(links).toEqual([
      { externalId: uuid(1), userId: 7, dn: person(1).dn, matchedBy: 'username', username: 'user1' },
    ]);
  });

  it('a link by UUID stays when the person is renamed or the entry moves (C6, F36)', () => {
    const moved = person(1, { dn: 'uid=renamed,ou=elsewhere,dc=test', username: 'renamed' });
    const { ids, links } = match([moved], { links: [link(1)] });
    expect(ids).toEqual([1]);
    expect(links).toEqual([link(1, { dn: moved.dn, username: 'renamed' })]);
  });

  it('a username is stored if a complete read found no other owner of it (G18)', () => {
    const renamed = person(1, { username: 'renamed' });
    const learned = (users: DirectoryUser[], more: Partial<Snapshot> = {}) => {
      const read = snapshot(users, [directoryGroup(900, 'all', complete(0))], more);
      const people = finish(matchPeople(read, current({ links: [link(1)] }), settings()));
      return people.links.map(each => each.username);
    };
    expect(learned([renamed, person(2)])).toEqual(['renamed']);
    expect(learned([renamed, person(2, { username: 'Renamed' })])).toEqual([]);
    const reference = {
      key: 'name:renamed',
      value: 'renamed',
      reason: 'second_username',
      absent: false,
    } as const;
    expect(learned([renamed, person(2)], { references: [{ ...reference, candidates: [0, 1] }] })).toEqual([]);
    expect(learned([renamed], { whole: false })).toEqual([]);
  });

  it('a person without a local user is not an error and creates no user (C1, F71)', () => {
    const { ids, why, newUsers } = match([person(1)], {});
    expect({ ids, why, newUsers }).toEqual({ ids: [0], why: { 0: 'no_local_user' }, newUsers: [] });
  });

  it('onUnknown: create creates a user for a person without one', () => {
    const { ids, newUsers } = match(
      [person(1), person(2)],
      { users: [localUser(2)] },
      { onUnknown: 'create' },
    );
    expect(ids).toEqual([-1, 2]);
    expect(newUsers.map(user => user.username)).toEqual(['user1']);
  });

  it('a username that does not fit auth_user is the reason, also if users are created (C3)', () => {
    const long = person(1, { username: 'x'.repeat(31) });
    expect(match([long], {}, { onUnknown: 'create' }).why).toEqual({ 0: 'username_too_long' });
  });

  it('letter case does not matter when exactly one local user differs by it only (C4, F45)', () => {
    expect(
      match([person(1, { username: 'ALICE' })], { users: [localUser(5, { username: 'Alice' })] }).ids,
    ).toEqual([5]);
    const two = [localUser(5, { username: 'Alice' }), localUser(6, { username: 'alice' })];
    expect(match([person(1, { username: 'ALICE' })], { users: two }).why).toEqual({ 0: 'ambiguous_user' });
    expect(match([person(1, { username: 'alice' })], { users: two }).ids).toEqual([6]);
  });

  it('two directory users for one local user are both in doubt (C5)', () => {
    const twins = [person(1, { username: 'same' }), person(2, { username: 'Same' })];
    const { ids, why } = match(twins, { users: [localUser(5, { username: 'same' })] });
    expect(ids).toEqual([0, 0]);
    expect(why).toEqual({ 0: 'ambiguous_user', 1: 'ambiguous_user' });
  });

  it('a username or address that went to a new person does not bring the old account along (C7, F43)', () => {
    const users = [localUser(5, { username: 'user1', linked: true })];
    expect(match([person(1)], { users }).why).toEqual({ 0: 'ambiguous_user' });
    expect(match([person(1)], { users }, { match: ['email'] }).why).toEqual({ 0: 'no_local_user' });
    const byMail = [localUser(5, { email: 'user1@example.test', linked: true })];
    expect(match([person(1)], { users: byMail }, { match: ['email'] }).why).toEqual({ 0: 'ambiguous_user' });
  });

  it('an address that two local users or two directory users share matches no user (C2)', () => {
    const shared = [
      localUser(5, { email: 'Team@example.test' }),
      localUser(6, { email: 'team@example.test' }),
    ];
    const one = person(1, { email: 'team@example.test' });
    expect(match([one], { users: shared }, { match: ['email'] }).why).toEqual({ 0: 'ambiguous_user' });
    const both = match(
      [one, person(2, { email: 'team@example.test' })],
      { users: shared.slice(0, 1) },
      { match: ['email'] },
    );
    expect(both.ids).toEqual([0, 0]);
  });

  it('tries the ways of `users.match` in order', () => {
    const users = [localUser(5, { username: 'other', email: 'user1@example.test' })];
    expect(match([person(1)], { users }, { match: ['username', 'email'] }).ids).toEqual([5]);
  });

  it('a disabled account is not a member, unless the configuration keeps it (C8, F69)', () => {
    const gone = person(1, { disabled: true });
    expect(match([gone], { links: [link(1)] })).toMatchObject({ ids: [0], why: {} });
    expect(match([gone], { links: [link(1)] }, { includeDisabled: true }).ids).toEqual([1]);
  });

  it('an unreadable flag is a warning, not a removal (F69)', () => {
    const { ids, warnings } = match([person(1, { disabled: undefined })], { links: [link(1)] });
    expect(ids).toEqual([1]);
    expect(warnings).toEqual(['the disabled flag of 1 people could not be read; they count as enabled']);
  });

  it('without an identity of their own, people match no user (B7, B8)', () => {
    const nameless = person(1, { externalId: undefined, idIssue: 'source_id_missing' });
    const doubled = person(2, { idIssue: 'duplicate_id' });
    const { why } = match([nameless, doubled], { users: [localUser(1), localUser(2)] });
    expect(why).toEqual({ 0: 'source_id_missing', 1: 'duplicate_id' });
  });
});
