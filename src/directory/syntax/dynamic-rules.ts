/**
 * Decides which memberURLs are followed. Editors of a group write them, but the search runs with the rights of the sync
 * account. A filter on an attribute that the editor may not read would reveal its values by who becomes a member.
 */
import { AndFilter, ExtensibleFilter, type Filter, NotFilter, OrFilter } from 'ldapts';
import type { DynamicSettings } from '../../model/settings.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { LdapUrl } from './ldap-url.ts';

/** For one group. */
export const MAX_URLS = 20;
/** The reason for not following a URL if the configuration does not allow any. */
export const NOT_ASKED_FOR =
  'it has a memberURL, and groups.dynamic is not set: set its bases and attributes, or exclude the group with groups.filter';

/** Safe in every filter: every entry has it, and the filters of users and groups use it. */
const ALWAYS_ALLOWED = 'objectclass';

/** The reason for not following a URL; undefined if it is followed. */
export function refusalOf({ base, filter }: LdapUrl, rules: DynamicSettings): string | undefined {
  const key = dnKey(base);
  const isAllowed = rules.bases.some(each => key !== undefined && isUnder(key, dnKey(each) ?? base));
  if (!isAllowed) return `its base "${base}" is not below any of groups.dynamic.bases`;
  const allowed = new Set([ALWAYS_ALLOWED, ...rules.attributes.map(name => name.toLowerCase())]);
  const other = attributesOf(filter).find(name => !allowed.has(name.toLowerCase()));
  if (other === undefined) return undefined;
  return other === ''
    ? 'its filter applies to every attribute, but groups.dynamic.attributes lists only some'
    : `its filter uses "${other}", which groups.dynamic.attributes does not list`;
}

/** The attribute names as written, without options; '' for an extensible match without an attribute. */
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
