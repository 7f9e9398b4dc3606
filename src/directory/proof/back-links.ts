/**
 * Active Directory shows a group as empty if the account may not read its members (MS-ADTS 3.1.1.4.3). The entries of
 * the members prove otherwise: they list the groups that they are members of.
 */
import { OrFilter } from 'ldapts';
import { dnKey } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { textsOf } from '../entry/entry.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import type { OnEntry } from '../search/on-entry.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';

/** The DNs of the groups that entries list as their own, and of the groups for which that search failed. */
export async function backLinked(
  session: Session,
  connection: Connection,
  groups: readonly GroupEntry[],
): Promise<ReadonlySet<string>> {
  const linked = new Set<string>();
  const { backLink } = session.collection.traits;
  if (backLink === undefined) return linked;
  const dns = groups.map(({ dn }) => dn);
  for (let at = 0; at < dns.length; at += BATCH) {
    const batch = dns.slice(at, at + BATCH);
    const byKey = new Map(batch.map(dn => [dnKey(dn) ?? dn, dn]));
    const filter = new OrFilter({ filters: batch.map(dn => equals(backLink, dn)) });
    const about = `for members of ${batch.length} groups that show none, by ${backLink}`;
    const search = { filter, attributes: [backLink], about };
    const note: OnEntry = entry => {
      for (const text of textsOf(entry, backLink)) {
        const dn = byKey.get(dnKey(text) ?? text);
        if (dn !== undefined) linked.add(dn);
      }
    };
    const failed = await isolateFailure(session, connection, () =>
      searchContexts(session, connection, search, note),
    );
    if (failed) for (const dn of batch) linked.add(dn);
    if (failed) session.collection.remarks.push(failed.message);
  }
  return linked;
}
