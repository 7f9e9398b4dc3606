/**
 * Finds values that named a member, and that lead to another entry since: the member has a new DN or username, and another
 * entry is in the place. That entry can be a person, a group, or something else. Where an administrator meant it, or the
 * directory rewrote the value, two complete reads show the same. Then the value means the other entry.
 */
import type { UserLink } from '../../model/current.ts';
import type { KnownDoubt } from '../../model/doubt.ts';
import type { Evidence } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';
import type { Member } from './names.ts';

const TAKEN = 'taken:';

/** Returns a doubt for each former name of the member by which a value leads to another entry. */
export function takenNames(
  member: Member,
  values: GroupValues,
  lookups: Lookups,
  known: KnownDoubt | undefined,
): Evidence[] {
  const { link, entry } = member;
  // An entry that was not found is in doubt anyway.
  if (entry === undefined) return [];
  const names = new Set([...namesOf(link), ...takenIn(known?.keys ?? [])]);
  return [...names].flatMap(name => {
    const dn = otherAt(name, member, values, lookups);
    return dn === undefined
      ? []
      : [{ kind: 'entry_absent' as const, key: `${TAKEN}${name}`, dn, proof: 'absence' as const }];
  });
}

/** Returns the ordinals of the people whom the values name by a name of a member who is in doubt. */
export function namedInstead(
  link: UserLink | undefined,
  keys: readonly string[],
  { named }: GroupValues,
): readonly number[] {
  if (link === undefined) return [];
  return [...namesOf(link), ...takenIn(keys)].flatMap(name => [
    ...(named.byDn.get(name) ?? []),
    ...(named.byName.get(name) ?? []),
  ]);
}

/** Returns the reference keys by which a value named the person in the last read. */
function namesOf({ dn, username }: UserLink): string[] {
  return [dnReference(dn), ...(username === undefined ? [] : [nameReference(username)])];
}

/** The link has the new names already if another group was read in between. */
function takenIn(keys: readonly string[]): string[] {
  return keys.filter(key => key.startsWith(TAKEN)).map(key => key.slice(TAKEN.length));
}

/** Returns the DN of the other entry to which a value of this name leads. */
function otherAt(
  name: string,
  { ordinal, link }: Member,
  { named, byKey, nested }: GroupValues,
  { snapshot }: Lookups,
): string | undefined {
  const people = [...(named.byDn.get(name) ?? []), ...(named.byName.get(name) ?? [])];
  const other = people.find(each => each !== ordinal);
  if (other !== undefined) return snapshot.users[other]?.dn;
  const { identity, value } = byKey.get(name) ?? {};
  return identity !== undefined && identity !== link.externalId ? value : nested.get(name);
}
