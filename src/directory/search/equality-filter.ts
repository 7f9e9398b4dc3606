/** Filters that compare one attribute with many values. */
import { EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { identityValue } from '../entry/identity.ts';

/** Filter items in one search. Servers answer them from an index, but they limit the size of a request. */
export const BATCH = 200;

/** The value is passed as bytes, so it needs no escaping: the filter is never converted to text. */
export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value: Buffer.from(value) });
}

/** Filters for these identities, in batches. */
export function identified(attribute: string, ids: readonly string[]): Filter[] {
  const filters: Filter[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const some = ids.slice(at, at + BATCH).map(id => equals(attribute, identityValue(id, attribute)));
    filters.push(new OrFilter({ filters: some }));
  }
  return filters;
}
