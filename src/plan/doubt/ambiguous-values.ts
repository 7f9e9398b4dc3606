/** Member values that may mean several people, indexed once for all groups: thousands of entries may share one username. */
import type { Snapshot } from '../../model/snapshot.ts';
import { each, type Steps, sorted } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';

/** Values are given by their key. */
export interface AmbiguousValues {
  /** By ordinal, the values that may name this person. */
  readonly byCandidate: ReadonlyMap<number, ReadonlySet<string>>;
  /** By identity that several entries show, and by reference key of the DN of an entry without a unique identity. */
  readonly byUnidentified: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ordinals of people whom some of these values may name, by their DN. */
  readonly byDn: ReadonlyMap<string, readonly number[]>;
  /** The disabled people whom a value may name. */
  readonly disabled: ReadonlyMap<string, readonly number[]>;
  /** The value and the DNs that it may mean, for people to read. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A text names at most this many DNs. */
const MAX_NAMED = 20;

/** `keyOf`: the reference key of a DN. Linear in the candidates of all values. */
export function* ambiguousValues(
  { users, references }: Pick<Snapshot, 'users' | 'references'>,
  keyOf: (dn: string) => string,
): Steps<AmbiguousValues> {
  const byCandidate = new Map<number, Set<string>>();
  const byUnidentified = new Map<string, Set<string>>();
  const byDn = new Map<string, number[]>();
  const disabled = new Map<string, number[]>();
  const texts = new Map<string, string>();
  for (const { key: read, value, candidates } of yield* ambiguous(references)) {
    const key = storable(read);
    yield* each(candidates, ordinal => {
      const person = users[ordinal];
      if (person === undefined) return;
      if (!byCandidate.has(ordinal)) push(byDn, storable(person.dn), ordinal);
      add(byCandidate, ordinal, key);
      if (person.disabled === true) push(disabled, key, ordinal);
      if (person.idIssue === undefined) return;
      if (person.sharedId !== undefined) add(byUnidentified, person.sharedId, key);
      add(byUnidentified, keyOf(person.dn), key);
    });
    texts.set(key, yield* textOf(value, candidates, users));
  }
  return { byCandidate, byUnidentified, byDn, disabled, texts };
}

function* ambiguous(references: Snapshot['references']): Steps<Snapshot['references'][number][]> {
  const found: Snapshot['references'][number][] = [];
  yield* each(references, reference => {
    if (reference.candidates.length > 0) found.push(reference);
  });
  return found;
}

function* textOf(value: string, candidates: readonly number[], users: Snapshot['users']): Steps<string> {
  const dns: string[] = [];
  yield* each(candidates, ordinal => {
    dns.push(users[ordinal]?.dn ?? '');
  });
  const inOrder = yield* sorted(dns, (one, other) => (one < other ? -1 : 1));
  const more = dns.length - MAX_NAMED;
  const named = [value, ...inOrder.slice(0, MAX_NAMED)].filter(text => text !== '');
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(' | ');
}

function push<Key>(lists: Map<Key, number[]>, key: Key, ordinal: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [ordinal]);
  else list.push(ordinal);
}

function add<Key>(sets: Map<Key, Set<string>>, key: Key, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
