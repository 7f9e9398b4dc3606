/** Which unresolved values and absences a complete read leaves for the next one to compare with. */
import type { Snapshot } from '../../model.ts';
import type { CurrentState } from '../../model-current.ts';
import type { Plan } from '../../model-plan.ts';
import { storable } from '../../storable.ts';

/**
 * The difference to what is remembered. Values of groups without a mapping matter to no AccessGroup and are left out.
 * @param absences keys of entries that are not there and that doubts rest on
 * @param proofs keys of entries whose repeated absence proved a removal
 */
export function diffReferences(
  snapshot: Snapshot,
  current: CurrentState,
  { absences, proofs }: { readonly absences: readonly string[]; readonly proofs: readonly string[] },
): Required<Plan>['references'] {
  const now = new Map<string, boolean>(absences.map(key => [key, true]));
  for (const { mapping, members } of snapshot.groups) {
    if (mapping === undefined || members.kind === 'unknown') continue;
    for (const index of members.references) {
      const reference = snapshot.references[index];
      if (reference !== undefined) now.set(storable(reference.key), reference.absent);
    }
  }
  const appeared = [...now].flatMap(([key, absent]) =>
    current.references.get(key)?.absent === absent ? [] : [{ key, absent }],
  );
  const proving = new Set(proofs.filter(key => !now.has(key)));
  const resolved = [...current.references.keys()].filter(key => !now.has(key) && !proving.has(key));
  return { appeared, resolved, proving: [...proving] };
}
