/** Filters that compare one attribute with many values. */
import { EqualityFilter, type Filter } from 'ldapts';

/** Filter items in one search. Servers answer them from an index, but they limit the size of a request. */
export const BATCH = 200;

/** The value is passed as bytes, so it needs no escaping: the filter is never converted to text. */
export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value: Buffer.from(value) });
}
