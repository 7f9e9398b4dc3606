/** Converts user entries to DirectoryUser. */
import type { DirectorySettings, UserSettings } from '../../model/settings.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { accountState } from './account.ts';
import { type Entry, firstText, namingChoices, namingText } from './entry.ts';
import { entryId } from './identity.ts';
import type { Traits } from './vendor.ts';

/**
 * The attributes to request: only those that are used. Servers return operational attributes only if they are requested
 * by name.
 */
export function userAttributes({ users, groups }: DirectorySettings, traits: Traits): string[] {
  const primary = groups.primaryGroup ? [traits.primaryGroup.user] : [];
  const own = [
    users.username,
    ...(needsEmail(users) ? [users.email] : []),
    ...(needsName(users) ? [users.fullName] : []),
  ];
  return [...new Set([...own, traits.idAttribute, ...traits.accountAttributes, ...primary])];
}

function needsEmail(users: UserSettings): boolean {
  return needsName(users) || users.match.includes('email');
}

/** Names are needed only for local users that the sync creates. */
function needsName({ onUnknown }: UserSettings): boolean {
  return onUnknown === 'create';
}

/** How many of these accounts are disabled or expired, by the attribute that says so. */
export function disabledAccounts(users: readonly DirectoryUser[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { disabled, stateAttribute = '' } of users)
    if (disabled === true) counts[stateAttribute] = (counts[stateAttribute] ?? 0) + 1;
  return counts;
}

/** The number of people, if none of them shows a username; otherwise 0. */
export function peopleWithoutNames(users: readonly DirectoryUser[]): number {
  return users.every(({ username }) => username === undefined) ? users.length : 0;
}

/** @param now milliseconds since 1970, for accounts that expire */
export function readUser(
  entry: Entry,
  { users }: DirectorySettings,
  traits: Traits,
  now: number,
): DirectoryUser {
  const usernames = namingChoices(entry, users.username);
  const { disabled, attribute, changesAt } = accountState(entry, traits.accountAttributes, now);
  return {
    externalId: entryId(entry, traits.idAttribute),
    dn: entry.dn,
    username: namingText(entry, users.username),
    ...(usernames.length > 0 && { usernames }),
    email: needsEmail(users) ? firstText(entry, users.email) : undefined,
    fullName: needsName(users) ? namingText(entry, users.fullName) : undefined,
    disabled,
    ...(attribute !== undefined && { stateAttribute: attribute }),
    ...(changesAt !== undefined && !users.includeDisabled && { changesAt }),
  };
}
