/**
 * Groups of an Active Directory that no search by identity finds. There, an attribute that the account may not read does not
 * exist in a filter, and neither does an entry in a container that it may not list. Both are still members' groups.
 */
import type { ExternalId } from '../../model/snapshot.ts';
import { equals } from '../search/equality-filter.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';
import { isMissing } from './confirms.ts';

/**
 * Those that exist: the server finds the entry by its GUID as a DN (MS-ADTS 3.1.1.3.1.2.4), or an entry that is its member.
 * @throws DirectoryError if any search fails
 */
export async function findHidden(session: Session, ids: Iterable<ExternalId>): Promise<ExternalId[]> {
  const { backLink } = session.collection.traits;
  const hidden: ExternalId[] = [];
  if (backLink === undefined) return hidden;
  for (const id of ids) {
    const name = `<GUID=${id}>`;
    const isHidden =
      !(await isMissing(session, session.connection, name)) || (await hasMembers(session, backLink, name));
    if (isHidden) hidden.push(id);
  }
  return hidden;
}

async function hasMembers(session: Session, backLink: string, name: string): Promise<boolean> {
  let isFound = false;
  const search = { filter: equals(backLink, name), attributes: ['1.1'], about: 'for members of a group' };
  await searchContexts(session, session.connection, search, () => {
    isFound = true;
    return undefined;
  });
  return isFound;
}
