/**
 * Finds entries of an Active Directory that a search by identity does not find. There, a filter does not match an attribute that
 * the account may not read, nor an entry in a container that it may not list. Other entries may still be linked to the entry.
 */
import { OrFilter } from 'ldapts';
import type { ExternalId } from '../../model/snapshot.ts';
import { equals } from '../search/equality-filter.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';
import { isMissing } from './confirms.ts';

/** The attribute whose values the back link mirrors. */
const LINK = 'member';

/**
 * Returns the identities whose entries exist: the server finds the entry by its GUID as a DN (MS-ADTS 3.1.1.3.1.2.4), an entry
 * that is its member, or a group that has it as a member. The server removes both kinds of links when it deletes an entry.
 * @throws DirectoryError if any search fails
 */
export async function findHidden(session: Session, ids: Iterable<ExternalId>): Promise<ExternalId[]> {
  const { backLink } = session.collection.traits;
  const hidden: ExternalId[] = [];
  if (backLink === undefined) return hidden;
  for (const id of ids) {
    const name = `<GUID=${id}>`;
    const isHidden =
      !(await isMissing(session, session.connection, name)) || (await isLinked(session, backLink, name));
    if (isHidden) hidden.push(id);
  }
  return hidden;
}

async function isLinked(session: Session, backLink: string, name: string): Promise<boolean> {
  let isFound = false;
  const filter = new OrFilter({ filters: [equals(backLink, name), equals(LINK, name)] });
  const search = { filter, attributes: ['1.1'], about: 'for entries that are linked to another' };
  await searchContexts(session, session.connection, search, () => {
    isFound = true;
    return undefined;
  });
  return isFound;
}
