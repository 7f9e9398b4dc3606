/** Filters that ask for many values at once. */
import { EqualityFilter, type Filter } from 'ldapts';

/** Filter items a search: servers answer them from an index, but limit the size of a request. */
export const BATCH = 200;

/** Bytes need no escaping in a filter that is never text. */
export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value: Buffer.from(value) });
}
