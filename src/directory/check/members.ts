/** Checks usernames and member values of the first pages: are usernames unique, and do members match users? */
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { dnKey, isUnder, matchingText } from '../../text/dn-key.ts';
import { namingText, textsOf } from '../entry/entry.ts';
import type { PageResult } from './entries.ts';

/** A warning if most users have no username, or one that other users also have. */
export function usernameFindings(
  subject: string,
  { entries }: PageResult,
  { users }: DirectorySettings,
): Finding[] {
  const owners = new Map<string, number>();
  const keys = entries.map(entry => matchingText(namingText(entry, users.username) ?? ''));
  for (const key of keys) owners.set(key, (owners.get(key) ?? 0) + 1);
  const missing = owners.get('') ?? 0;
  const shared = keys.filter(key => key !== '' && (owners.get(key) ?? 0) > 1).length;
  if ((missing + shared) * 2 <= entries.length) return [];
  const message = `${shared} of ${entries.length} entries share their ${users.username} with another, ${missing} have none`;
  return [
    {
      subject,
      level: 'warn',
      message,
      fix: 'Set users.username to an attribute that is unique to each person.',
    },
  ];
}

/**
 * A warning if most member values match no entry. If not all entries were read, it counts values outside the configured
 * bases.
 * @param people undefined if they could not be read
 */
export function memberFindings(
  subject: string,
  people: PageResult | undefined,
  groups: PageResult,
  settings: DirectorySettings,
): Finding[] {
  const isKnown = recogniser(people, groups, settings);
  let all = 0;
  let unmatched = 0;
  for (const entry of groups.entries) {
    for (const attribute of settings.groups.members) {
      for (const value of textsOf(entry, attribute)) {
        all++;
        if (!isKnown(attribute, value)) unmatched++;
      }
    }
  }
  if (unmatched * 2 <= all) return [];
  const { baseDn, filter, username } = settings.users;
  const message = `${unmatched} of ${all} member values match no entry of users or groups`;
  const fix = `Check users.baseDn ("${baseDn}"), users.filter (${filter}) and users.username (${username}).`;
  return [{ subject, level: 'warn', message, fix }];
}

function recogniser(
  people: PageResult | undefined,
  groups: PageResult,
  { users, groups: { baseDn } }: DirectorySettings,
): (attribute: string, value: string) => boolean {
  if (people === undefined) return () => true;
  const bases = [users.baseDn, baseDn].map(dn => dnKey(dn) ?? '');
  const names = new Set(people.entries.map(entry => matchingText(namingText(entry, users.username) ?? '')));
  const dns = new Set([...people.entries, ...groups.entries].map(entry => dnKey(entry.dn)));
  const isWhole = !people.more && !groups.more;
  return (attribute, value) => {
    if (/^memberuid(;|$)/i.test(attribute)) return people.more || names.has(matchingText(value));
    // RFC 4517 3.3.21: an optional UID follows the DN.
    const key = dnKey(/^uniquemember(;|$)/i.test(attribute) ? value.replace(/#'[01]*'B$/, '') : value);
    if (key === undefined) return false;
    const isInside = bases.some(base => isUnder(key, base));
    // Entries outside the bases are looked up one by one.
    if (!isInside) return users.outside === 'lookup';
    return !isWhole || dns.has(key);
  };
}
