/** Builds a filter that matches every entry, also one whose objectClass the account may not read. */
import { type Filter, OrFilter, PresenceFilter } from 'ldapts';
import type { Traits } from '../entry/vendor.ts';

/** If the server finds a base object and the filter does not match it, the entry exists and is not shown. */
export function anyEntry({ idAttribute, dnAttribute }: Traits): Filter {
  const names = ['objectClass', idAttribute, ...(dnAttribute === undefined ? [] : [dnAttribute])];
  return new OrFilter({ filters: names.map(attribute => new PresenceFilter({ attribute })) });
}
