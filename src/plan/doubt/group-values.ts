/** The unresolved values of one group, arranged for the judgement of its members. */
import type { IdSet, Snapshot, UnresolvedReference } from '../../model/snapshot.ts';
import { storable } from '../../text/storable.ts';
import { type Grace, isRepeated } from './evidence.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';
import { byUnidentified, type Unidentified, unidentifiedAmong } from './unidentified-entries.ts';

export interface GroupValues {
  readonly accessGroupId: number;
  /** Ordinals of the people whom the values name, and where they stand and how they are called. */
  readonly users: ReadonlySet<number>;
  readonly named: () => NamedUsers;
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
  /** Entries that the values name, or may name, and that show no identity of their own. */
  readonly unidentified: Unidentified;
  readonly byUnidentified: ReadonlyMap<string, readonly UnresolvedReference[]>;
}

/** Ordinals by the reference key of their DN, and by that of the username by which a value names them. */
export interface NamedUsers {
  readonly byDn: ReadonlyMap<string, readonly number[]>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

interface Values {
  readonly users: IdSet;
  readonly byUsername: IdSet;
  readonly references: IdSet;
  readonly fromEntries: boolean;
}

/** Linear in the values of the group. */
export function arrangeValues(
  accessGroupId: number,
  { users, byUsername, references, fromEntries }: Values,
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
  return {
    accessGroupId,
    users: new Set(users),
    named: indexed(users, byUsername, snapshot),
    fromEntries,
    byKey,
    byCandidate,
    fresh: [...byKey.values()].filter(reference => isFresh(reference, lookups, grace)),
    identities: new Set([...byKey.values()].flatMap(({ identity }) => identity ?? [])),
    unidentified: unidentifiedAmong(users, accessGroupId, lookups),
    byUnidentified: byUnidentified(byCandidate, lookups),
  };
}

function isFresh(
  { key, absent }: UnresolvedReference,
  { current, formerDns, formerNames }: Lookups,
  grace: Grace,
): boolean {
  // The person who was there is looked for by name (names.ts).
  if (formerDns.has(key) || formerNames.has(key)) return false;
  const known = current.references.get(key);
  return known === undefined || (absent && known.absent && !isRepeated(known, grace));
}

/** Built when it is first asked: only members whose entries are out of sight are sought so. */
function indexed(users: IdSet, byUsername: IdSet, snapshot: Snapshot): () => NamedUsers {
  let built: NamedUsers | undefined;
  const keyOf = (ordinal: number, key: (text: string) => string, of: 'dn' | 'username') => {
    const text = snapshot.users[ordinal]?.[of];
    return text === undefined ? '' : key(text);
  };
  return () => {
    built ??= {
      byDn: Map.groupBy(users, ordinal => keyOf(ordinal, dnReference, 'dn')),
      byName: Map.groupBy(byUsername, ordinal => keyOf(ordinal, nameReference, 'username')),
    };
    return built;
  };
}
