/** Finds out which existing members are certainly neither users nor groups. */
import { AndFilter } from 'ldapts';
import type { Connection } from '../connection/connect.ts';
import { internEntry } from '../entry/dn-table.ts';
import { noGroup, noUser } from '../proof/negation.ts';
import type { OnEntry } from '../search/on-entry.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { lookUpEach, type Named, searchByDn } from './search-by-dn.ts';

export interface NonUser extends Named {
  /** Whether the entry is below users.baseDn. */
  readonly amongUsers: boolean;
  /** Whether the entry is below groups.baseDn. */
  readonly amongGroups: boolean;
}

/** An alias or a referral object leads to another entry, which may be a user or a group. */
const NO_POINTER = parseFilter('(!(|(objectClass=alias)(objectClass=referral)))');

/**
 * Records the members that are certainly neither users nor groups (`notUsers`). If the server does not confirm that for
 * a member, it stays in doubt, because the account may not be allowed to read the attributes in the filter.
 */
export async function noteStrangers(
  session: Session,
  connection: Connection,
  present: readonly (readonly [NonUser, string | undefined])[],
): Promise<void> {
  const { collection } = session;
  const { users, groups } = collection.settings;
  const places = Map.groupBy(present, ([{ amongUsers, amongGroups }]) => {
    const mayBeUser = amongUsers || users.outside === 'lookup';
    const mayBeGroup = amongGroups && groups.nested;
    return `${mayBeUser ? 'user' : ''} ${mayBeGroup ? 'group' : ''}`;
  });
  for (const [kinds, some] of places) {
    const filters = [
      ...(kinds === ' ' ? [] : [NO_POINTER]),
      ...(kinds.includes('user') ? [noUser(collection)] : []),
      ...(kinds.includes('group') ? [noGroup(collection)] : []),
    ];
    const sure = filters.length === 0 ? undefined : await matching(session, connection, some, filters);
    for (const [{ number }, identity] of some) {
      if (sure?.has(number) !== false) collection.notUsers.set(number, identity);
      else if (!collection.doubts.has(number)) collection.doubts.set(number, 'unreadable');
    }
  }
}

async function matching(
  session: Session,
  connection: Connection,
  some: readonly (readonly [NonUser, string | undefined])[],
  filters: ConstructorParameters<typeof AndFilter>[0]['filters'],
): Promise<ReadonlySet<number>> {
  const { traits, interners } = session.collection;
  const found = new Set<number>();
  const collect: OnEntry = entry => {
    found.add(internEntry(interners.dns, entry));
  };
  const search = { filter: new AndFilter({ filters }), attributes: ['1.1'], collect };
  const find = traits.dnAttribute === undefined ? lookUpEach : searchByDn;
  await find(
    session,
    connection,
    some.map(([each]) => each),
    search,
  );
  return found;
}
