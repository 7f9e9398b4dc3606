/**
 * Active Directory takes a person out of `member` when the group becomes the person's primary group (MS-ADTS 3.1.1.5.3.4). Nobody
 * changes the group for that, and the person is still a member of it. Without `groups.primaryGroup`, the value is only gone.
 */
import { OrFilter } from 'ldapts';
import type { Denial } from '../../model/read-targets.ts';
import { dnKey } from '../../text/dn-key.ts';
import { primaryGroupKey } from '../entry/account.ts';
import { entryId } from '../entry/identity.ts';
import { BATCH, equals, identified } from '../search/equality-filter.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';

/**
 * The keys of the members whose primary group is one of the groups, or may be one because the account cannot read it.
 * @throws DirectoryError if any search fails
 */
export async function primaryMembers(session: Session, denials: readonly Denial[]): Promise<string[]> {
  if (session.collection.settings.groups.primaryGroup || denials.length === 0) return [];
  const numberOf = await numbersOfGroups(session, [...new Set(denials.flatMap(({ groups }) => groups))]);
  const primaryOf = await primaryGroups(session, [
    ...new Set(denials.flatMap(({ members }) => members.map(({ id }) => id))),
  ]);
  return denials.flatMap(({ groups, members }) => {
    const numbers = new Set(groups.map(dn => numberOf.get(dnKey(dn) ?? dn)));
    const isMember = (id: string) => {
      if (!primaryOf.has(id)) return false;
      const number = primaryOf.get(id);
      return number === undefined || numbers.has(number) || numbers.has(undefined);
    };
    return members.filter(({ id }) => isMember(id)).map(({ key }) => key);
  });
}

/** The numbers by which accounts name these groups, by the key of the DN. A group that does not show its number has none here. */
async function numbersOfGroups(
  session: Session,
  dns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { dnAttribute = '', primaryGroup } = session.collection.traits;
  const numbers = new Map<string, string>();
  for (let at = 0; at < dns.length; at += BATCH) {
    const filter = new OrFilter({ filters: dns.slice(at, at + BATCH).map(dn => equals(dnAttribute, dn)) });
    const search = { filter, attributes: [primaryGroup.group], about: 'for the numbers of groups' };
    await searchContexts(session, session.connection, search, entry => {
      const number = primaryGroupKey(entry, primaryGroup.group);
      if (number !== undefined) numbers.set(dnKey(entry.dn) ?? entry.dn, number);
    });
  }
  return numbers;
}

/** The number of the primary group of each person who is found; undefined: the entry does not show it. */
async function primaryGroups(
  session: Session,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const { idAttribute, primaryGroup } = session.collection.traits;
  const found = new Map<string, string | undefined>();
  for (const filter of identified(idAttribute, ids)) {
    const search = { filter, attributes: [idAttribute, primaryGroup.user], about: 'for primary groups' };
    await searchContexts(session, session.connection, search, entry => {
      const id = entryId(entry, idAttribute);
      if (id !== undefined) found.set(id, primaryGroupKey(entry, primaryGroup.user));
    });
  }
  return found;
}
