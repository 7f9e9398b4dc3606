/**
 * Checks whether a directory user can be created as a local user: no other user may be meant, and the values must fit the
 * columns.
 */
import type { MemberReason } from '../../model/current.ts';
import type { NewUser } from '../../model/plan.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { looseKey } from '../../text/loose-key.ts';
import { isVisible, lengthOf, squeeze } from '../../text/visible-text.ts';
import type { PeopleIndex } from './match-index.ts';
import { readUsername } from './username.ts';

/** `auth_user.email` is varchar(254), `auth_user.full_name` varchar(255). */
const LIMITS = { email: 254, full_name: 255 } as const;

/** Returns the local user to create for a person, or the reason why it cannot be created. */
export function readNewUser(
  person: DirectoryUser & { readonly externalId: string },
  { owners, users }: PeopleIndex,
  usernameLimit: number | undefined,
): { readonly newUser: NewUser } | { readonly reason: MemberReason } {
  const username = readUsername(person.username, usernameLimit);
  if ('problem' in username) return { reason: username.problem };
  const key = looseKey(person.username) ?? '';
  if (users.username.has(key)) return { reason: 'username_taken' };
  if ((owners.username.get(key) ?? 0) > 1) return { reason: 'ambiguous_user' };
  const email = squeeze(person.email ?? '');
  const fullName = squeeze(person.fullName ?? '');
  const problem = problemOf('email', email) ?? problemOf('full_name', fullName);
  if (problem !== undefined) return { reason: problem };
  const { externalId, dn } = person;
  const { text } = username;
  const entryUsername = text === person.username ? {} : { entryUsername: person.username };
  return { newUser: { externalId, dn, username: text, ...entryUsername, email, fullName } };
}

function problemOf(column: keyof typeof LIMITS, text: string): MemberReason | undefined {
  if (!isVisible(text)) return `${column}_invalid`;
  return lengthOf(text) > LIMITS[column] ? `${column}_too_long` : undefined;
}
