/** Finds the users who have the usernames that groups mention. */
import { each, type Steps } from '../../steps/steps.ts';
import { findUsername } from '../entry/username-table.ts';
import { type Collection, NO_ENTRY } from '../session/collection.ts';
import { isBelow } from '../session/naming-contexts.ts';

export interface UsernameOwners {
  /** By number of the username: the index of the only user whose entry has it as its name; otherwise NO_ENTRY. */
  readonly sole: Int32Array;
  /** All owners of a username that several users have, or one user as a second value. */
  readonly others: ReadonlyMap<number, ReadonlySet<number>>;
  /** Usernames that exist only as a second value. */
  readonly second: ReadonlySet<number>;
}

/**
 * A second value of the username attribute counts against the other owners. If a user has another user's name as a
 * second value, neither of them gets what belongs to the name until one of them gives it up. Usernames are searched for
 * below users.baseDn only, so a person outside has none, because other groups decide which of those are read.
 */
export function* usernameOwners(collection: Collection): Steps<UsernameOwners> {
  const { settings, users, secondNames } = collection;
  const { usernames } = collection.interners;
  const { outside, baseDn } = settings.users;
  const isInScope = (dn: string | undefined) => outside !== 'lookup' || isBelow(dn ?? '', baseDn);
  const sole = new Int32Array(usernames.texts.length).fill(NO_ENTRY);
  const others = new Map<number, Set<number>>();
  const second = new Set<number>();
  if (sole.length === 0) return { sole, others, second };
  const addOwner = (username: string | undefined, index: number): number | undefined => {
    const number = username === undefined ? undefined : findUsername(usernames, username);
    if (number === undefined) return undefined;
    const known = others.get(number);
    const first = sole[number] ?? NO_ENTRY;
    if (first === index || known?.has(index) === true) return undefined;
    if (known !== undefined) known.add(index);
    else if (first !== NO_ENTRY) others.set(number, new Set([first, index]));
    sole[number] = known !== undefined || first !== NO_ENTRY ? NO_ENTRY : index;
    return number;
  };
  yield* each(users.entries, ({ username, dn }, index) => {
    if (isInScope(dn)) addOwner(username, index);
  });
  yield* each(secondNames, ([index, names]) => {
    for (const name of isInScope(users.entries[index]?.dn) ? names : []) {
      const number = addOwner(name, index);
      if (number === undefined || sole[number] !== index) continue;
      others.set(number, new Set([index]));
      second.add(number);
      sole[number] = NO_ENTRY;
    }
  });
  return { sole, others, second };
}
