/** Which local user is each directory user? Identity first (a link by UUID), then the configured ways to match. */
import type { CurrentState, DirectoryUser, LocalUser, Snapshot, UserLink } from '../model.ts';
import type { NewUser } from '../model-plan.ts';
import type { UserSettings } from '../settings.ts';
import { indexUnlinked, type Unlinked } from './people-index.ts';

/** `auth_user.username` holds 30 characters. */
const USERNAME_LIMIT = 30;

/** The answer for every person who is in a mapped group, by ordinal in Snapshot.users. */
export interface People {
  /** A user id, below zero an index into newUsers (-1 is the first), 0: nobody, see `reasons`. */
  readonly userIds: Int32Array;
  /** Why somebody is nobody. People who are disabled are left out on purpose and have no reason. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Ids of the local users that a person may be who is nobody because that is undecided. */
  readonly possible: ReadonlyMap<number, readonly number[]>;
  readonly links: readonly UserLink[];
  readonly newUsers: readonly NewUser[];
  readonly warnings: readonly string[];
}

type Found = { readonly user: LocalUser; readonly by: 'username' | 'email' } | { readonly reason: string };

/** Ordinals of the people in mapped groups that were read whole, ascending. */
export function referencedPeople(snapshot: Snapshot): readonly number[] {
  const seen = new Uint8Array(snapshot.users.length);
  for (const group of snapshot.groups) {
    if (group.mapping === undefined || group.members.kind === 'unknown') continue;
    for (const ordinal of group.members.users) seen[ordinal] = 1;
  }
  const ordinals: number[] = [];
  for (const [ordinal, referenced] of seen.entries()) if (referenced === 1) ordinals.push(ordinal);
  return ordinals;
}

/** Finds the local user of everybody in a mapped group; ambiguity and doubt give nobody (cases C1–C7). */
export function matchPeople(snapshot: Snapshot, current: CurrentState, settings: UserSettings): People {
  const links = new Map(current.links.map(link => [link.externalId, link]));
  const userIds = new Int32Array(snapshot.users.length);
  const reasons = new Map<number, string>();
  const changed: UserLink[] = [];
  const newUsers: NewUser[] = [];
  const unlinked: number[] = [];
  let unreadable = 0;

  for (const ordinal of referencedPeople(snapshot)) {
    const person = snapshot.users[ordinal];
    if (person === undefined) continue;
    if (person.disabled === undefined) unreadable++;
    if (person.disabled === true && !settings.includeDisabled) continue;
    const link = person.externalId === undefined ? undefined : links.get(person.externalId);
    if (link === undefined) {
      unlinked.push(ordinal);
      continue;
    }
    userIds[ordinal] = link.userId;
    // A username that the entry does not show now is remembered: a value may still name the person by it.
    const { dn, username = link.username } = person;
    if (link.dn !== dn || link.username !== username) changed.push({ ...link, dn, username });
  }

  const index = indexUnlinked(snapshot, unlinked, current);
  for (const ordinal of unlinked) {
    const person = snapshot.users[ordinal];
    if (person === undefined) continue;
    const found = find(person, index, settings);
    if ('user' in found && person.externalId !== undefined) {
      userIds[ordinal] = found.user.id;
      changed.push({
        externalId: person.externalId,
        userId: found.user.id,
        dn: person.dn,
        username: person.username,
        matchedBy: found.by,
      });
    } else if ('reason' in found && found.reason === 'no_local_user' && settings.onUnknown === 'create') {
      newUsers.push(newUser(person));
      userIds[ordinal] = -newUsers.length;
    } else if ('reason' in found) {
      reasons.set(ordinal, found.reason);
    }
  }
  return {
    userIds,
    reasons,
    possible: new Map(),
    links: changed,
    newUsers,
    warnings: warningsAbout(unreadable),
  };
}

function find(person: DirectoryUser, index: Unlinked, settings: UserSettings): Found {
  if (person.externalId === undefined || person.idIssue !== undefined) {
    return { reason: person.idIssue ?? 'source_id_missing' };
  }
  let doubt: string | undefined;
  for (const way of settings.match) {
    const answer = way === 'username' ? byUsername(person, index) : byEmail(person, index);
    if ('user' in answer) return answer;
    if (answer.reason === 'ambiguous_user') return answer;
    doubt ??= answer.reason;
  }
  // Creating is for people nobody could be, so a name that would not fit or is missing outranks "not found".
  return { reason: nameProblem(person) ?? doubt ?? 'no_local_user' };
}

function nameProblem(person: DirectoryUser): string | undefined {
  if (person.username === undefined || person.username === '') return 'username_missing';
  return Array.from(person.username).length > USERNAME_LIMIT ? 'username_too_long' : undefined;
}

function byUsername(person: DirectoryUser, index: Unlinked): Found {
  const problem = nameProblem(person);
  if (problem !== undefined || person.username === undefined)
    return { reason: problem ?? 'username_missing' };
  const folded = person.username.toLowerCase();
  if ((index.peopleByUsername.get(folded) ?? 0) > 1) return { reason: 'ambiguous_user' };
  const candidates = index.usersByUsername.get(folded) ?? [];
  const exact = candidates.filter(user => user.username === person.username);
  return choose(exact.length === 1 ? exact : candidates, 'username');
}

function byEmail(person: DirectoryUser, index: Unlinked): Found {
  if (person.email === undefined || person.email === '') return { reason: 'no_local_user' };
  const folded = person.email.toLowerCase();
  if ((index.peopleByEmail.get(folded) ?? 0) > 1) return { reason: 'ambiguous_user' };
  return choose(index.usersByEmail.get(folded) ?? [], 'email');
}

function choose(candidates: readonly LocalUser[], by: 'username' | 'email'): Found {
  const [user] = candidates;
  if (user === undefined) return { reason: 'no_local_user' };
  // Somebody else's link stays: a user name or an address that went to a new person is not that person's past.
  if (candidates.length > 1 || user.linked) return { reason: 'ambiguous_user' };
  return { user, by };
}

function newUser(person: DirectoryUser): NewUser {
  return {
    externalId: person.externalId ?? '',
    dn: person.dn,
    username: person.username ?? '',
    email: person.email ?? '',
    fullName: person.fullName ?? '',
  };
}

function warningsAbout(unreadable: number): string[] {
  if (unreadable === 0) return [];
  return [`the disabled flag of ${unreadable} people could not be read; they count as enabled`];
}
