/** Filters for the values that make an entry a member of a group. */
import type { Filter } from 'ldapts';
import { isUsernames } from '../entry/member-values.ts';
import { equals } from '../search/equality-filter.ts';

/** `memberUid` is an IA5 string (RFC 2307 section 3): a server cannot compare it with other text. */
const IA5 = /^\p{ASCII}*$/u;

interface Names {
  readonly dns: readonly string[];
  readonly usernames: readonly string[];
}

/** One filter for each value that one of these attributes can hold. */
export function valuesOf({ dns, usernames }: Names, attributes: readonly string[]): Filter[] {
  return attributes.flatMap(attribute =>
    isUsernames(attribute)
      ? usernames.filter(name => IA5.test(name)).map(name => equals(attribute, name))
      : dns.map(dn => equals(attribute, dn)),
  );
}
