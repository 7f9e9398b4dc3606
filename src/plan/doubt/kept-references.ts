/** Which unresolved values and absences a complete read leaves for the next one to compare with. */
import type { CurrentState } from '../../model/current.ts';
import type { Plan } from '../../model/plan.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, filtered, indexed, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { identityKey } from './evidence.ts';
import { dnReference, nameReference } from './lookups.ts';

/**
 * The difference to what is remembered. Values of groups without a mapping matter to no AccessGroup and are left out.
 * @param absences keys of entries that are not there and that doubts rest on
 * @param proofs keys of entries whose repeated absence proved a removal
 * @param unsettled groups that changed during the read: what they held then was not met by a complete read
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
  const now = new Map<string, boolean>(absences.map(key => [key, true]));
  for (const { mapping, members, externalId } of snapshot.groups) {
    if (mapping === undefined || members.kind === 'unknown' || unsettled.has(externalId ?? '')) continue;
    yield* each(members.references, index => {
      const reference = snapshot.references[index];
      if (reference !== undefined) now.set(storable(reference.key), reference.absent);
    });
    yield;
  }
  const appeared = yield* filtered(now, ([key, absent]) => current.references.get(key)?.absent !== absent);
  const proving = new Set(yield* filtered(proofs, key => !now.has(key)));
  const resolved = yield* filtered(current.references.keys(), key => !now.has(key) && !proving.has(key));
  return { appeared: appeared.map(([key, absent]) => ({ key, absent })), resolved, proving: [...proving] };
}

/**
 * What a read of some groups shows otherwise than the last complete read left it. It is forgotten, so that the next complete
 * read that shows it again is the first one.
 * @param judged of the AccessGroups that were read, with the doubts and proofs about their members now
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

/** Who else bears an ambiguous username is not known here. */
function mayBeSettled(key: string, references: CurrentState['references']): boolean {
  return !key.startsWith('name:') || references.get(key)?.absent === true;
}

/** Keys that lead to what was read. */
function* entriesOf({ users, groups, outside }: Snapshot): Steps<string[]> {
  const keys: string[] = [];
  yield* each(users, ({ dn, externalId, username }) => {
    keys.push(dnReference(dn));
    if (externalId !== undefined) keys.push(identityKey(externalId));
    if (username !== undefined) keys.push(nameReference(username));
  });
  yield* each(groups, ({ dn }) => {
    keys.push(dnReference(dn));
  });
  yield* each(outside.keys(), id => {
    keys.push(identityKey(id));
  });
  return keys;
}
