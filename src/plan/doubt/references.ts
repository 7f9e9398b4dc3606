/** Which unresolved values and absences a complete read leaves for the next one to compare with. */
import type { Snapshot } from '../../model.ts';
import type { CurrentState } from '../../model-current.ts';
import type { Plan } from '../../model-plan.ts';
import { each, filtered, type Steps } from '../../steps.ts';
import { storable } from '../../storable.ts';

/**
 * The difference to what is remembered. Values of groups without a mapping matter to no AccessGroup and are left out.
 * @param absences keys of entries that are not there and that doubts rest on
 * @param proofs keys of entries whose repeated absence proved a removal
 */
export function* diffReferences(
  snapshot: Snapshot,
  current: CurrentState,
  { absences, proofs }: { readonly absences: readonly string[]; readonly proofs: readonly string[] },
): Steps<Required<Plan>['references']> {
  const now = new Map<string, boolean>(absences.map(key => [key, true]));
  for (const { mapping, members } of snapshot.groups) {
    if (mapping === undefined || members.kind === 'unknown') continue;
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
