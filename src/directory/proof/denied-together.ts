/** Asks several groups in one search whether they deny values: a search for each takes too long if a run has many removals. */
import { AndFilter, type Filter, NotFilter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Denial } from '../../model/read-targets.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import { searchAll } from '../search/paged-search.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { valuesOf } from './member-filter.ts';

/**
 * Returns the DNs of the groups that the server finds by the negation of all values that any of these denials asks for. It
 * says nothing about the others: they must be asked one by one.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function deniedTogether(
  session: Session,
  denials: readonly Denial[],
  attributes: readonly string[],
): Promise<ReadonlySet<string>> {
  const { collection, connection, paging } = session;
  const { dnAttribute } = collection.traits;
  const denied = new Set<string>();
  const asked = valuesByGroup(denials, attributes);
  if (dnAttribute === undefined || asked.size < 2) return denied;
  const { baseDn: base, filter: own } = collection.settings.groups;
  for (const filters of batches(asked, dnAttribute)) {
    const filter = new AndFilter({ filters: [parseFilter(own), new OrFilter({ filters })] });
    const search = { base, scope: 'sub', filter, attributes: ['1.1'], about: 'for removed members' } as const;
    const failed = await isolateFailure(session, connection, () =>
      searchAll(connection, search, paging, ({ dn }) => {
        denied.add(dn);
      }),
    );
    if (failed instanceof DirectoryError) break;
  }
  return denied;
}

/** A group that several denials ask has no member of any of them. */
function valuesByGroup(denials: readonly Denial[], attributes: readonly string[]): Map<string, Filter[]> {
  const asked = new Map<string, Map<string, Filter[]>>();
  for (const { members, groups } of denials)
    for (const { dns, usernames } of members) {
      const values = valuesOf({ dns, usernames }, attributes, true);
      for (const dn of groups) {
        const known = asked.get(dn) ?? new Map<string, Filter[]>();
        asked.set(dn, known.set(JSON.stringify([dns, usernames]), values));
      }
    }
  return new Map(
    asked
      .entries()
      .map(([dn, values]): [string, Filter[]] => [dn, [...values.values()].flat()])
      .filter(([, values]) => values.length > 0),
  );
}

/** One filter for each group. Those of a batch have at most BATCH values together, unless one has more. */
function* batches(asked: ReadonlyMap<string, Filter[]>, dnAttribute: string): Generator<Filter[]> {
  let batch: Filter[] = [];
  let size = 0;
  for (const [dn, values] of asked) {
    if (size > 0 && size + values.length > BATCH) {
      yield batch;
      batch = [];
      size = 0;
    }
    const none = new NotFilter({ filter: new OrFilter({ filters: values }) });
    batch.push(new AndFilter({ filters: [equals(dnAttribute, dn), none] }));
    size += values.length;
  }
  if (batch.length > 0) yield batch;
}
