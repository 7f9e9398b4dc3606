/** Filters for the values that make an entry a member of a group. */
import { ExtensibleFilter, type Filter } from 'ldapts';
import { isUsernames } from '../entry/member-values.ts';
import { equals } from '../search/equality-filter.ts';

/** `memberUid` is an IA5 string (RFC 2307 section 3): a server cannot compare it with other text. */
const IA5 = /^\p{ASCII}*$/u;

interface Names {
  readonly dns: readonly string[];
  readonly usernames: readonly string[];
}

/**
 * One filter for each value that one of these attributes can hold.
 * @param anyCase whether usernames match in any letter case, as in a read: the rule of `memberUid` is caseExactIA5Match
 */
export function valuesOf(
  { dns, usernames }: Names,
  attributes: readonly string[],
  anyCase: boolean,
): Filter[] {
  const named = (attribute: string, name: string) =>
    anyCase ? inAnyCase(attribute, name) : equals(attribute, name);
  return attributes.flatMap(attribute =>
    isUsernames(attribute)
      ? usernames.filter(name => IA5.test(name)).flatMap(name => named(attribute, name))
      : dns.map(dn => equals(attribute, dn)),
  );
}

/** Access rules compare a hidden value with the text of the filter, so the usual spellings are asked for as well. */
function inAnyCase(attribute: string, name: string): Filter[] {
  const spellings = new Set([name, name.toLowerCase(), name.toUpperCase()]);
  return [
    ...Array.from(spellings, each => equals(attribute, each)),
    new ExtensibleFilter({ matchType: attribute, rule: 'caseIgnoreIA5Match', value: name }),
  ];
}
