/** The unresolved values of one group, arranged for the judgement of its members. */
import type { IdSet, UnresolvedReference } from '../../model.ts';
import { storable } from '../text.ts';
import { type Grace, isRepeated } from './evidence.ts';
import { dnReference, type Lookups } from './lookups.ts';

export interface GroupValues {
  readonly accessGroupId: number;
  /** Ordinals of the people whom the values name. */
  readonly users: ReadonlySet<number>;
  readonly fromEntries: boolean;
  readonly byKey: ReadonlyMap<string, UnresolvedReference>;
  /** By ordinal, the ambiguous values that may name this person. */
  readonly byCandidate: ReadonlyMap<number, readonly UnresolvedReference[]>;
  /**
   * Values that may have carried members in the last complete read, or in a partial one since: those that were not unresolved
   * then, and entries that two complete reads have not missed yet. Where the place is another person's, it is that person's.
   */
  readonly fresh: readonly UnresolvedReference[];
  /** Of the entries behind values that are no people of the configuration. */
  readonly identities: ReadonlySet<string>;
  /** Entries that the values name and that show no identity of their own, by the reference key of their DN. */
  readonly doubtfulEntries: ReadonlyMap<string, number>;
}

interface Values {
  readonly users: IdSet;
  readonly references: IdSet;
  readonly fromEntries: boolean;
}

/** Linear in the values of the group. */
export function arrangeValues(
  accessGroupId: number,
  { users, references, fromEntries }: Values,
  { lookups, ...grace }: Grace & { readonly lookups: Lookups },
): GroupValues {
  const { snapshot } = lookups;
  const byKey = new Map<string, UnresolvedReference>();
  const byCandidate = new Map<number, UnresolvedReference[]>();
  for (const index of references) {
    const read = snapshot.references[index];
    if (read === undefined) continue;
    const reference = { ...read, key: storable(read.key) };
    byKey.set(reference.key, reference);
    for (const ordinal of reference.candidates) {
      const known = byCandidate.get(ordinal);
      if (known === undefined) byCandidate.set(ordinal, [reference]);
      else known.push(reference);
    }
  }
  const doubtfulEntries = new Map<string, number>();
  for (const ordinal of users) {
    const person = snapshot.users[ordinal];
    if (person?.idIssue !== undefined) doubtfulEntries.set(dnReference(person.dn), ordinal);
  }
  return {
    accessGroupId,
    users: new Set(users),
    fromEntries,
    byKey,
    byCandidate,
    fresh: [...byKey.values()].filter(reference => isFresh(reference, lookups, grace)),
    identities: new Set([...byKey.values()].flatMap(({ identity }) => identity ?? [])),
    doubtfulEntries,
  };
}

function isFresh(
  { key, absent }: UnresolvedReference,
  { current, formerDns, formerNames, unresolvedBefore }: Lookups,
  grace: Grace,
): boolean {
  // The person who was there is looked for by name (names.ts).
  if (formerDns.has(key) || formerNames.has(key)) return false;
  const known = current.references.get(key);
  if (known === undefined) return !unresolvedBefore.has(key);
  return absent && known.absent && !isRepeated(known, grace);
}
