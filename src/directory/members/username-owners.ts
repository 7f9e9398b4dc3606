/** Who bears the usernames that groups mention. */
import { each, type Steps } from '../../steps/steps.ts';
import { findUsername } from '../entry/username-table.ts';
import { type Collection, NO_ENTRY } from '../session/collection.ts';
import { isBelow } from '../session/naming-contexts.ts';

export interface Bearers {
  /** By number of the username: the index of the only user who has it, as the name of the entry; else NO_ENTRY. */
  readonly sole: Int32Array;
  /** All bearers of those usernames that several have, or one as a second value. */
  readonly others: ReadonlyMap<number, readonly number[]>;
  /** Usernames that nobody has but as a second value. */
  readonly second: ReadonlySet<number>;
}

/**
 * A second value of the username attribute counts against the others: who bears a name besides its owner does not get
 * what belongs to the name, and neither does the owner, until one of them gives it up. Usernames are sought below
 * users.baseDn only, so that a person elsewhere bears none: which of those are read depends on what else is.
 */
export function* bearersOf(collection: Collection): Steps<Bearers> {
  const { settings, users, secondNames } = collection;
  const { usernames } = collection.interners;
  const { outside, baseDn } = settings.users;
  const isSought = (dn: string | undefined) => outside !== 'lookup' || isBelow(dn ?? '', baseDn);
  const sole = new Int32Array(usernames.texts.length).fill(NO_ENTRY);
  const others = new Map<number, number[]>();
  const second = new Set<number>();
  if (sole.length === 0) return { sole, others, second };
  const bear = (username: string | undefined, index: number): number | undefined => {
    const number = username === undefined ? undefined : findUsername(usernames, username);
    if (number === undefined) return undefined;
    const known = others.get(number) ?? (sole[number] === NO_ENTRY ? [] : [sole[number] ?? NO_ENTRY]);
    if (known.includes(index)) return undefined;
    if (known.length > 0) others.set(number, [...known, index]);
    sole[number] = known.length > 0 ? NO_ENTRY : index;
    return number;
  };
  yield* each(users.entries, ({ username, dn }, index) => {
    if (isSought(dn)) bear(username, index);
  });
  for (const [index, names] of secondNames)
    for (const name of isSought(users.entries[index]?.dn) ? names : []) {
      const number = bear(name, index);
      if (number === undefined || sole[number] !== index) continue;
      others.set(number, [index]);
      second.add(number);
      sole[number] = NO_ENTRY;
    }
  return { sole, others, second };
}
