/** The unresolved values of one group, indexed for the judgement of its members. */
import type { IdSet, Snapshot, UnresolvedReference } from '../../model/snapshot.ts';
import { storable } from '../../text/storable.ts';
import { type Grace, isRepeated } from './evidence.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';
import { byUnidentified, type Unidentified, unidentifiedAmong } from './unidentified-entries.ts';

export interface GroupValues {
  readonly accessGroupId: number;
  /** Ordinals of the people whom the values name; `named` indexes them by DN and username. */
  readonly users: ReadonlySet<number>;
  readonly named: () => NamedUsers;
  readonly fromEntries: boolean;
  readonly byKey: ReadonlyMap<string, UnresolvedReference>;
  /** By ordinal, the ambiguous values that may name this person. */
  readonly byCandidate: ReadonlyMap<number, readonly UnresolvedReference[]>;
  /**
   * Values that may have carried members in the last complete read, or in a partial read after it: values that were resolved
   * then, and entries that two complete reads have not missed yet. A value with the former DN or username of a linked person
   * belongs to that person and is not included.
   */
  readonly fresh: readonly UnresolvedReference[];
  /** Identities of the entries behind values that are not configured users. */
  readonly identities: ReadonlySet<string>;
  /** Entries that the values name, or may name, and that show no unique identity. */
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

/** Indexes the values of a group. Linear in their number. */
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
  // names.ts handles the former DN and username of a person.
  if (formerDns.has(key) || formerNames.has(key)) return false;
  const known = current.references.get(key);
  return known === undefined || (absent && known.absent && !isRepeated(known, grace));
}

/** Builds the index on first use: only members whose entries were not read need it. */
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
