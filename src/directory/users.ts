/** User entries → DirectoryUser. */
import type { DirectoryUser } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { isDisabled } from './account.ts';
import { type Entry, firstText, namingText } from './entry.ts';
import { entryId } from './identity.ts';
import type { Traits } from './vendor.ts';

/** The attributes to ask for; operational ones come only when asked for by name. */
export function userAttributes({ users, groups }: DirectorySettings, traits: Traits): string[] {
  const primary = groups.primaryGroup ? [traits.primaryGroup.user] : [];
  const own = [users.username, users.email, users.fullName];
  return [...new Set([...own, traits.idAttribute, ...traits.accountAttributes, ...primary])];
}

/** @param now milliseconds since 1970, for accounts that expire */
export function readUser(
  entry: Entry,
  { users }: DirectorySettings,
  traits: Traits,
  now: number,
): DirectoryUser {
  return {
    externalId: entryId(entry, traits.idAttribute),
    dn: entry.dn,
    username: namingText(entry, users.username),
    email: firstText(entry, users.email),
    fullName: namingText(entry, users.fullName),
    disabled: isDisabled(entry, traits.accountAttributes, now),
  };
}
