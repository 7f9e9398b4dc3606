/** Checks people who show no primary group: a primary group that may not be read removes no member. */
import type { ExternalId } from '../../model/snapshot.ts';
import { knownAttributes } from '../proof/attribute-types.ts';
import { noValue } from '../proof/negation.ts';
import type { Session } from '../session/session.ts';
import { findByIdentity } from './entries-outside.ts';

/**
 * Records the people for whom the server confirms that they have none. No person has an attribute that is not in the
 * schema.
 * @throws DirectoryError when any search fails
 */
export async function provePrimaryGroups(session: Session, people: readonly ExternalId[]): Promise<void> {
  const { collection, connection } = session;
  const { traits, users } = collection;
  const asked = new Set(people);
  const unread = new Map<ExternalId, number>();
  for (const [index, { externalId, primaryGroupUnread }] of users.entries.entries())
    if (externalId !== undefined && primaryGroupUnread === true && asked.has(externalId))
      unread.set(externalId, index);
  if (unread.size === 0) return;
  const attribute = traits.primaryGroup.user;
  const prove = (id: ExternalId) => {
    const index = unread.get(id);
    const user = index === undefined ? undefined : users.entries[index];
    if (index !== undefined && user !== undefined)
      users.entries[index] = { ...user, primaryGroupUnread: false };
  };
  const known = await knownAttributes(session, connection, [attribute]);
  if (known.length === 0) for (const id of unread.keys()) prove(id);
  const search = { filter: noValue([attribute], collection), attributes: [traits.idAttribute] };
  await findByIdentity(session, [...unread.keys()], search, prove);
}
