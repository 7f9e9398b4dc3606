/**
 * What is certainly no person, or no group, of the configuration. Where the account may not read an attribute that a filter
 * looks at, neither the filter finds the entry nor its negation (RFC 4511 section 4.5.1.7), so nothing is known about it.
 * Active Directory treats such an attribute as absent, and the negation finds the entry; of attributes that every account
 * or group has it must therefore show that it has them.
 */
import { AndFilter, EqualityFilter, type Filter, NotFilter, OrFilter, PresenceFilter } from 'ldapts';
import type { Collection } from '../session/collection.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

type About = Pick<Collection, 'settings' | 'traits'>;

/** Matches what `users.filter` certainly does not match. */
export function noUser({ settings, traits }: About): Filter {
  return negation(settings.users.filter, 'user', traits.always.user);
}

/** Matches what `groups.filter` certainly does not match. */
export function noGroup({ settings, traits }: About): Filter {
  return negation(settings.groups.filter, 'group', traits.always.group);
}

function negation(text: string, objectClass: string, always: readonly string[]): Filter {
  const not = new NotFilter({ filter: parseFilter(text) });
  const used = attributesIn(text);
  const shown = always
    .filter(name => used.has(name.toLowerCase()))
    .map(attribute => new PresenceFilter({ attribute }));
  if (shown.length === 0) return not;
  const isOther = new NotFilter({
    filter: new EqualityFilter({ attribute: 'objectClass', value: objectClass }),
  });
  return new AndFilter({
    filters: [not, new OrFilter({ filters: [isOther, new AndFilter({ filters: shown })] })],
  });
}

/** Values hold no parenthesis (RFC 4515 section 3). */
function attributesIn(text: string): Set<string> {
  const names = text.matchAll(/\(\s*([a-z0-9.;-]+)[^()=]*=/gi);
  return new Set([...names].map(([, name = '']) => name.replace(/[;.-]*$/, '').toLowerCase()));
}
