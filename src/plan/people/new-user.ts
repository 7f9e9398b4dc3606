/** Who may be created as a local user: only somebody whom nobody could be taken for, and whom the columns can hold. */
import type { NewUser } from '../../model/plan.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { isVisible, lengthOf, squeeze } from '../../text/visible-text.ts';
import type { PeopleIndex } from './match-index.ts';
import { looseKey, readUsername } from './username.ts';

/** `auth_user.email` is varchar(254), `auth_user.full_name` varchar(255). */
const LIMITS = { email: 254, full_name: 255 } as const;

/** The local user that a person without one would become, or why there can be none. */
export function readNewcomer(
  person: DirectoryUser & { readonly externalId: string },
  { bearers, users }: PeopleIndex,
): { readonly newUser: NewUser } | { readonly reason: string } {
  const username = readUsername(person.username);
  if ('problem' in username) return { reason: username.problem };
  const key = looseKey(person.username) ?? '';
  if (users.username.has(key)) return { reason: 'username_taken' };
  if ((bearers.username.get(key) ?? 0) > 1) return { reason: 'ambiguous_user' };
  const email = squeeze(person.email ?? '');
  const fullName = squeeze(person.fullName ?? '');
  const problem = problemOf('email', email) ?? problemOf('full_name', fullName);
  if (problem !== undefined) return { reason: problem };
  const { externalId, dn } = person;
  const { text } = username;
  const entryUsername = text === person.username ? {} : { entryUsername: person.username };
  return { newUser: { externalId, dn, username: text, ...entryUsername, email, fullName } };
}

function problemOf(column: keyof typeof LIMITS, text: string): string | undefined {
  if (!isVisible(text)) return `${column}_invalid`;
  return lengthOf(text) > LIMITS[column] ? `${column}_too_long` : undefined;
}
