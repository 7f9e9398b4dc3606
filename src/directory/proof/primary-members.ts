/**
 * Finds members who are still in a group because it is their primary group. When a group becomes the primary group of a person,
 * Active Directory removes the person from `member` (MS-ADTS 3.1.1.5.3.4). Without `groups.primaryGroup`, a read shows only that
 * the value is gone.
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
 * The keys of the members whose primary group is one of the groups, or whose primary group the account cannot read.
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

/** The numbers by which accounts refer to these groups, by the key of the DN. Groups that do not show their number are left out. */
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
