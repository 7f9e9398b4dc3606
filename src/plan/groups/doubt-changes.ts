/** Turns doubts into changes of a plan, one for each AccessGroup and cause. */
import type { MembershipDoubt } from '../../model/doubt.ts';
import type { GroupChange } from '../../model/plan.ts';
import type { DirectoryGroup, ExternalId } from '../../model/snapshot.ts';
import { doubtRemedy } from '../report/doubt-reasons.ts';
import { meaningOf, remedyOf } from '../report/reasons.ts';
import { EMPTY, idSet } from '../sets/id-set.ts';
import type { Match } from './match-groups.ts';

const MAX_DNS = 5;

/** Returns the changes for the doubts about the members of one group. They name values and DNs, never users. */
export function doubtChanges(
  { target, group, team }: Match,
  doubts: readonly MembershipDoubt[],
): GroupChange[] {
  if (group === undefined) return [];
  const sources: readonly ExternalId[] = target.sources.map(source => source.externalId);
  const causes = Map.groupBy(doubts, ({ kind, keys }) => JSON.stringify([kind, keys]));
  return [...causes.values()].flatMap(([first, ...others]): GroupChange[] => {
    if (first === undefined) return [];
    return [
      {
        kind: 'doubt',
        sources,
        dn: target.sources[0]?.group.dn ?? '',
        mapping: target.mapping,
        accessGroupId: group.id,
        team,
        name: group.name,
        type: group.type,
        desired: EMPTY,
        add: EMPTY,
        remove: EMPTY,
        kept: idSet([first, ...others].map(doubt => doubt.userId)),
        reason: first.kind,
        explanation: explain(first),
      },
    ];
  });
}

function explain({ kind, dns }: MembershipDoubt): string {
  const { explanation, wayOut } = doubtRemedy(kind);
  const shown = dns.slice(0, MAX_DNS).join('; ');
  const more = dns.length > MAX_DNS ? ` and ${dns.length - MAX_DNS} more` : '';
  return `${explanation}${shown === '' ? '' : `: ${shown}${more}`}. ${wayOut}`;
}

/** Returns a change that only reports a group whose identity is unknown. */
export function unidentifiedChange(group: DirectoryGroup): GroupChange {
  const reason = group.idIssue ?? 'source_id_missing';
  return {
    kind: 'unknown',
    sources: [],
    dn: group.dn,
    mapping: group.mapping,
    accessGroupId: undefined,
    team: '',
    name: group.name ?? '',
    type: 50,
    desired: EMPTY,
    add: EMPTY,
    remove: EMPTY,
    reason,
    explanation: `${meaningOf(reason)}. ${remedyOf(reason)}`,
  };
}
