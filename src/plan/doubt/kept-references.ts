/** The unresolved values and absences that a read stores for the next complete read. */
import type { CurrentState } from '../../model/current.ts';
import type { KnownReference } from '../../model/doubt.ts';
import type { Plan } from '../../model/plan.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, filtered, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { entryKey, identityKey } from './evidence.ts';
import { causesToKeep } from './former-causes.ts';
import { hidingGroups } from './hiding-groups.ts';
import { dnReference, nameReference } from './lookups.ts';

/**
 * Returns the difference to the stored references. Values of unmapped groups affect no AccessGroup and are skipped.
 * @param absences keys of absent entries that doubts depend on
 * @param proofs keys of entries whose repeated absence proved a removal
 * @param unsettled groups that changed during the read: the members that they had then were not found by a complete read
 */
export function* diffReferences(
  snapshot: Snapshot,
  current: CurrentState,
  {
    absences,
    proofs,
    unsettled,
  }: Readonly<Record<'absences' | 'proofs', readonly string[]>> & { readonly unsettled: ReadonlySet<string> },
): Steps<Required<Plan>['references']> {
  const now = new Map<string, ReferenceState>(absences.map(key => [key, { absent: true, groups: {} }]));
  // For how long they have been without an identity tells whose they can be (hiding-entries.ts).
  yield* each(snapshot.users, ({ dn, idIssue }) => {
    if (idIssue === 'source_id_missing') now.set(entryKey(dnReference(dn)), { absent: false, groups: {} });
  });
  for (const { key, mayBe } of hidingGroups(snapshot, current))
    now.set(key, { absent: false, groups: Object.fromEntries(mayBe.map(id => [id, true])) });
  for (const [key, owners] of yield* causesToKeep(snapshot, current, unsettled))
    now.set(key, { absent: false, groups: Object.fromEntries(Array.from(owners, owner => [owner, true])) });
  const hadMembers = yield* groupsWithMembers(current);
  for (const { mapping, members, externalId = '' } of snapshot.groups) {
    if (mapping === undefined || members.kind === 'unknown' || unsettled.has(externalId)) continue;
    yield* each(members.references, index => {
      const reference = snapshot.references[index];
      if (reference === undefined) return;
      const key = storable(reference.key);
      const known = current.references.get(key);
      const before = known?.absent === reference.absent ? known.groups[externalId] : undefined;
      const groups = now.get(key)?.groups ?? {};
      groups[externalId] = before ?? hadMembers.has(externalId);
      now.set(key, { absent: reference.absent, groups });
    });
    yield;
  }
  // A read of the mapped groups does not find all entries without an identity.
  const isCompared = (key: string) => snapshot.whole || !key.startsWith(entryKey(''));
  const appeared = yield* filtered(
    now,
    ([key, reference]) => isCompared(key) && !isSame(reference, current.references.get(key)),
  );
  const proving = new Set(yield* filtered(proofs, key => !now.has(key)));
  const resolved = yield* filtered(
    current.references.keys(),
    key => isCompared(key) && !now.has(key) && !proving.has(key),
  );
  return {
    appeared: appeared.map(([key, reference]) => ({ key, ...reference })),
    resolved,
    proving: [...proving],
  };
}

interface ReferenceState {
  readonly absent: boolean;
  readonly groups: Record<string, boolean>;
}

/** Returns the directory groups whose AccessGroups have members. */
function* groupsWithMembers({ groups, managed }: CurrentState): Steps<ReadonlySet<string>> {
  const filled = new Set(
    yield* mapped(yield* filtered(managed, each => each.members.length > 0), each => each.id),
  );
  const fed = yield* filtered(groups, ({ accessGroupId }) => filled.has(accessGroupId ?? 0));
  return new Set(yield* mapped(fed, each => each.externalId));
}

function isSame({ absent, groups }: ReferenceState, known: KnownReference | undefined): boolean {
  if (known?.absent !== absent) return false;
  const entries = Object.entries(groups);
  const isKnown = entries.every(([group, had]) => known.groups[group] === had);
  return isKnown && entries.length === Object.keys(known.groups).length;
}

/**
 * Returns the stored references that a read of some groups contradicts. They are deleted, so that the next complete read that
 * shows them again counts as the first.
 * @param judged the AccessGroups that were read, with the current doubts and proofs about their members
 */
export function* contradictedReferences(
  snapshot: Snapshot,
  { references, doubts }: CurrentState,
  judged: Pick<Plan, 'judged' | 'doubts'> & { readonly proofs: readonly string[] },
): Steps<Plan['references']> {
  if (references.size === 0) return undefined;
  const now = yield* indexed(snapshot.references, ({ key, absent }) => [storable(key), absent]);
  const lasting = new Set([...judged.proofs, ...judged.doubts.flatMap(doubt => doubt.keys)]);
  const groups = new Set(judged.judged);
  const over = doubts.filter(doubt => groups.has(doubt.accessGroupId)).flatMap(doubt => doubt.keys);
  const resolved = new Set([
    ...[...now]
      .filter(([key, absent]) => !absent && references.get(key)?.absent === true)
      .map(([key]) => key),
    ...over.filter(key => !now.has(key) && !lasting.has(key)),
    ...(yield* entriesOf(snapshot)).filter(key => !now.has(key) && mayBeSettled(key, references)),
  ]);
  const known = [...resolved].filter(key => references.has(key));
  return known.length === 0 ? undefined : { appeared: [], resolved: known, proving: [] };
}

/** A read of some groups does not know all owners of an ambiguous username. */
function mayBeSettled(key: string, references: CurrentState['references']): boolean {
  return !key.startsWith('name:') || references.get(key)?.absent === true;
}

/** Returns the keys of everything that was read. What the database knows about a person is not evidence. */
function* entriesOf({ users, groups, nestedGroups = [], outside }: Snapshot): Steps<string[]> {
  const keys: string[] = [];
  yield* each(users, ({ dn, externalId, username, stored }) => {
    if (stored === true) return;
    keys.push(dnReference(dn));
    if (externalId !== undefined) keys.push(identityKey(externalId));
    if (username !== undefined) keys.push(nameReference(username));
  });
  yield* each([...groups, ...nestedGroups], ({ dn }) => {
    keys.push(dnReference(dn));
  });
  yield* each(outside.keys(), id => {
    keys.push(identityKey(id));
  });
  return keys;
}
