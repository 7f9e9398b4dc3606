/** What would be true if a manual AccessGroup were linked to a directory group: the sync can then plan it as any other. */
import type { CurrentState, ManagedGroup } from '../../model/current.ts';
import type { DirectoryGroup } from '../../model/snapshot.ts';

/** The current state with that one link more. `source.externalId` must be there. */
export function asAdopted(
  current: CurrentState,
  source: DirectoryGroup,
  { group, mapping }: { readonly group: ManagedGroup; readonly mapping: string },
): CurrentState {
  const { externalId = '', dn, name: cn = '' } = source;
  const link = { externalId, dn, cn, mapping, accessGroupId: group.id };
  const state = {
    state: 'linked',
    reason: undefined,
    missedReads: 0,
    frozen: false,
    rejected: false,
  } as const;
  const { groups, memberships } = current.totals;
  const adopted = { ...group, managed: true };
  return {
    ...current,
    totals: { groups: groups + 1, memberships: memberships + group.members.length },
    groups: [...current.groups.filter(known => known.externalId !== externalId), { ...link, ...state }],
    managed: [...current.managed, adopted],
    named: current.named.map(named => (named.id === group.id ? { ...named, managed: true } : named)),
  };
}
