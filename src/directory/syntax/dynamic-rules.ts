/**
 * Which memberURLs are followed. Whoever may edit a group writes them, and they are searched with our rights: a filter over
 * an attribute that its editor may not read would tell him its values by who becomes a member.
 */
import { AndFilter, ExtensibleFilter, type Filter, NotFilter, OrFilter } from 'ldapts';
import type { DynamicSettings } from '../../model/settings.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { LdapUrl } from './ldap-url.ts';

/** Of one group. */
export const MOST_URLS = 20;
/** Why no URL is followed where the configuration does not ask for it. */
export const NOT_ASKED_FOR =
  'it has a memberURL, and none is followed without groups.dynamic: set its bases and attributes, or leave the group out by groups.filter';

/** Says nothing of anybody: every entry has it, and the filters of users and groups are over it. */
const HARMLESS = 'objectclass';

/** Why a URL is not followed; undefined when it is. */
export function refusalOf({ base, filter }: LdapUrl, rules: DynamicSettings): string | undefined {
  const key = dnKey(base);
  const isAllowed = rules.bases.some(each => key !== undefined && isUnder(key, dnKey(each) ?? base));
  if (!isAllowed) return `it searches below "${base}", which lies below none of groups.dynamic.bases`;
  const allowed = new Set([HARMLESS, ...rules.attributes.map(name => name.toLowerCase())]);
  const other = attributesOf(filter).find(name => !allowed.has(name.toLowerCase()));
  if (other === undefined) return undefined;
  return other === ''
    ? 'its filter is over every attribute, where groups.dynamic.attributes lists some'
    : `its filter is over "${other}", which groups.dynamic.attributes does not list`;
}

/** As they are written, without options; '' for an extensible match that names none. */
function attributesOf(filter: Filter): string[] {
  if (filter instanceof AndFilter || filter instanceof OrFilter) return filter.filters.flatMap(attributesOf);
  if (filter instanceof NotFilter) return attributesOf(filter.filter);
  if (filter instanceof ExtensibleFilter) return [withoutOptions(filter.matchType)];
  return 'attribute' in filter && typeof filter.attribute === 'string'
    ? [withoutOptions(filter.attribute)]
    : [''];
}

function withoutOptions(name: string): string {
  return name.split(';', 1)[0] ?? '';
}
