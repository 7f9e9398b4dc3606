/** Finds the groups that have a member, directly or through other groups, by searching for their values. */
import { AndFilter, OrFilter } from 'ldapts';
import type { DeniedMember } from '../../model/read-targets.ts';
import { searchAll } from '../search/paged-search.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { valuesOf } from './member-filter.ts';

/** Adds the DNs of these groups to a member in a read of some groups. */
export async function withGroupDns(
  { collection, connection, paging }: Session,
  member: DeniedMember,
  attributes: readonly string[],
): Promise<DeniedMember> {
  const { baseDn: base, filter: own, nested, maxDepth } = collection.settings.groups;
  const dns = new Set(member.dns);
  let values = valuesOf(member, attributes, false);
  for (let depth = 0; nested && depth < maxDepth && values.length > 0; depth += 1) {
    const found: string[] = [];
    const filter = new AndFilter({ filters: [parseFilter(own), new OrFilter({ filters: values })] });
    await searchAll(connection, { base, scope: 'sub', filter, attributes: ['1.1'] }, paging, ({ dn }) => {
      if (!dns.has(dn)) found.push(dn);
      dns.add(dn);
    });
    values = valuesOf({ ...member, dns: found, usernames: [] }, attributes, false);
  }
  return { ...member, dns: [...dns] };
}
