/**
 * Builds filters for entries that are certainly not users, or not groups, of the configuration. If the account may not
 * read an attribute in a filter, neither the filter nor its negation finds the entry (RFC 4511 section 4.5.1.7), so
 * nothing is known about it. Active Directory treats such an attribute as absent, and the negation finds the entry. So
 * an account or group must also show the attributes that every account or group has.
 */
import { AndFilter, EqualityFilter, type Filter, NotFilter, OrFilter, PresenceFilter } from 'ldapts';
import type { Collection } from '../session/collection.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

type About = Pick<Collection, 'settings' | 'traits'>;

/** Matches entries that `users.filter` certainly does not match. */
export function noUser({ settings, traits }: About): Filter {
  return negation(settings.users.filter, 'user', traits.always.user);
}

/** Matches entries that `groups.filter` certainly does not match. */
export function noGroup(about: About): Filter {
  return noSuchGroup(about.settings.groups.filter, about);
}

/** Matches a user who certainly has no value of any of these attributes. */
export function noValue(attributes: readonly string[], { traits }: About): Filter {
  const presence = attributes.map(attribute => `(${attribute}=*)`).join('');
  return negation(`(|${presence})`, 'user', traits.always.user);
}

/** Matches a group that certainly does not match a filter. */
export function noSuchGroup(text: string, { traits }: About): Filter {
  return negation(text, 'group', traits.always.group);
}

function negation(text: string, objectClass: string, always: readonly string[]): Filter {
  const not = new NotFilter({ filter: parseFilter(text) });
  const used = attributesIn(text);
  const shown = always
    .filter(name => used.has(name.toLowerCase()))
    .map(attribute => new PresenceFilter({ attribute }));
  if (shown.length === 0) return not;
  const isOther = new AndFilter({
    filters: [
      new PresenceFilter({ attribute: 'objectClass' }),
      new NotFilter({ filter: new EqualityFilter({ attribute: 'objectClass', value: objectClass }) }),
    ],
  });
  return new AndFilter({
    filters: [not, new OrFilter({ filters: [isOther, new AndFilter({ filters: shown })] })],
  });
}

/** The attributes that a filter uses, in lower case. Values contain no parentheses (RFC 4515 section 3). */
export function attributesIn(text: string): Set<string> {
  const names = text.matchAll(/\(\s*([a-z0-9.;-]+)[^()=]*=/gi);
  return new Set([...names].map(([, name = '']) => name.replace(/[;.-]*$/, '').toLowerCase()));
}
