/** Matches directory users to local users: first by identity (a link by UUID), then by the attributes in `users.match`. */
import type { CurrentState, MemberReason, UserLink } from '../../model/current.ts';
import type { NewUser } from '../../model/plan.ts';
import type { UserSettings } from '../../model/settings.ts';
import type { DirectoryUser, IdSet, Snapshot } from '../../model/snapshot.ts';
import { each, filtered, indexed, mapped, SLICE, type Steps } from '../../steps/steps.ts';
import { isProtected } from '../../text/loose-key.ts';
import { storable } from '../../text/storable.ts';
import { idSet } from '../sets/id-set.ts';
import { resolveContested } from './contested-users.ts';
import { findUser, possibleUsers } from './find-local-user.ts';
import { refusals, resolveMatch } from './first-link.ts';
import { indexPeople } from './match-index.ts';
import { namesakeWarnings } from './namesakes.ts';
import { type NewName, newNames } from './previous-usernames.ts';

/** The result for every person in a mapped group, by ordinal in Snapshot.users. */
export interface People {
  /** A user id; a negative number is an index into newUsers (-1 is the first); 0: no local user, see `reasons`. */
  readonly userIds: Int32Array;
  /** Why a person has no local user. Disabled and protected people are excluded on purpose and have no reason. */
  readonly reasons: ReadonlyMap<number, MemberReason>;
  /** Ids of the local users whom a person with a reason may be, by any attribute. Omitted if there are none. */
  readonly possible: ReadonlyMap<number, readonly number[]>;
  readonly links: readonly UserLink[];
  /** Links that wait for confirmation. */
  readonly linkRequests: readonly UserLink[];
  readonly newUsers: readonly NewUser[];
  /** Linked users whose accounts are disabled or expired in the directory. */
  readonly leavers: IdSet;
  /** Local users who are not added to any group, because their accounts may be disabled in the directory. */
  readonly hiddenStates: IdSet;
  readonly warnings: readonly string[];
}

interface Unlinked {
  readonly ordinal: number;
  readonly person: DirectoryUser;
}

/** Returns the ordinals of the people in mapped groups whose members are known, in ascending order. */
export function* referencedPeople(snapshot: Snapshot): Steps<readonly number[]> {
  const seen = new Uint8Array(snapshot.users.length);
  for (const group of snapshot.groups) {
    if (group.mapping === undefined || group.members.kind === 'unknown') continue;
    for (const ordinal of group.members.users) seen[ordinal] = 1;
    yield;
  }
  const ordinals: number[] = [];
  yield* each(seen, (referenced, ordinal) => {
    if (referenced === 1) ordinals.push(ordinal);
  });
  return ordinals;
}

/**
 * Finds the local user of every person in a mapped group. An ambiguous or doubtful person matches no user (cases C1–C7),
 * and two people never match the same user. `protect`: globs of usernames for which no user is created.
 * `referenced`: the result of `referencedPeople`, if it is known already.
 */
export function* matchPeople(
  snapshot: Snapshot,
  current: CurrentState,
  settings: UserSettings,
  protect: readonly string[] = [],
  referenced?: readonly number[],
): Steps<People> {
  const userIds = new Int32Array(snapshot.users.length);
  const ordinals = referenced ?? (yield* referencedPeople(snapshot));
  const followed = yield* followLinks(snapshot, current, settings, ordinals, userIds);
  const { unlinked, links, leavers, unreadable } = followed;
  const asking = unlinked.map(({ person }) => person);
  const index = yield* indexPeople(snapshot, asking, current);
  const found = yield* resolveContested(
    yield* mapped(unlinked, ({ person }) => ({ person, found: findUser(person, index, settings) })),
    { index, match: settings.match, whole: snapshot.whole },
  );
  const reasons = new Map<number, MemberReason>();
  const newUsers: NewUser[] = [];
  const linkRequests: UserLink[] = [];
  const isRefused = refusals(current.refusedLinks);
  yield* each(unlinked, ({ ordinal, person }, at) => {
    const answer = resolveMatch({ person, found: found[at], index, isRefused }, settings);
    if ('link' in answer) {
      userIds[ordinal] = answer.link.userId;
      links.push(answer.link);
    } else if ('reason' in answer) {
      reasons.set(ordinal, answer.reason);
      if (answer.request !== undefined) linkRequests.push(answer.request);
    } else if (hidesState(person, snapshot)) {
      reasons.set(ordinal, 'account_unread');
    } else if (!isProtected(answer.newUser.username, protect)) {
      newUsers.push(answer.newUser);
      userIds[ordinal] = -newUsers.length;
    }
  });
  const possible = yield* possibleUserIds(unlinked, reasons, current.links, person =>
    possibleUsers(person, index, settings.match).filter(user => !isRefused(person.externalId, user.id)),
  );
  const warnings = [
    ...warningsAbout(unreadable, snapshot),
    ...(yield* namesakeWarnings(snapshot, reasons, possible)),
  ];
  const hiddenStates = yield* peopleWithHiddenState(snapshot);
  for (const ordinal of hiddenStates) reasons.set(ordinal, 'account_unread');
  const excluded = idSet(hiddenStates.map(ordinal => userIds[ordinal] ?? 0).filter(id => id !== 0));
  return {
    userIds,
    reasons,
    possible,
    links,
    linkRequests,
    newUsers,
    leavers,
    hiddenStates: excluded,
    warnings,
  };
}

function hidesState(person: DirectoryUser | undefined, { hiddenStates }: Snapshot): boolean {
  return hiddenStates.has(person?.externalId ?? '');
}

/** Ordinals of the people whose accounts may be disabled. */
function* peopleWithHiddenState(snapshot: Snapshot): Steps<readonly number[]> {
  const { users, hiddenStates } = snapshot;
  return hiddenStates.size === 0
    ? []
    : yield* filtered(users.keys(), ordinal => hidesState(users[ordinal], snapshot));
}

/** Resolves linked people. `links`: links whose DN or username changed. `unreadable`: number of unreadable disabled flags. */
function* followLinks(
  snapshot: Snapshot,
  current: CurrentState,
  { includeDisabled }: UserSettings,
  ordinals: readonly number[],
  userIds: Int32Array,
) {
  const known = yield* indexed(current.links, link => [link.externalId, link]);
  let isNewName: NewName | undefined;
  const links: UserLink[] = [];
  const unlinked: Unlinked[] = [];
  const leavers: number[] = [];
  let unreadable = 0;
  for (const [at, ordinal] of ordinals.entries()) {
    if (at % SLICE === 0) yield;
    const person = snapshot.users[ordinal];
    if (person === undefined) continue;
    if (person.disabled === undefined) unreadable++;
    const link = person.externalId === undefined ? undefined : known.get(person.externalId);
    if (person.disabled === true && !includeDisabled) {
      if (link !== undefined) leavers.push(link.userId);
      continue;
    }
    if (link === undefined) {
      unlinked.push({ ordinal, person });
      continue;
    }
    userIds[ordinal] = link.userId;
    // The stored username is kept if the entry shows none now, because a value may still name the person by it.
    // It is also kept if the entry shows a username that another person has or had, because a value with it means that person.
    const { dn: newDn } = person;
    const shown = presentUsername(person, link);
    let newName = link.username;
    if (shown !== undefined && shown !== newName) {
      isNewName ??= yield* newNames(snapshot, current);
      if (isNewName(shown, link, ordinal)) newName = shown;
    }
    if (link.dn === newDn && link.username === newName) continue;
    const [dn, username] = [storable(newDn), newName && storable(newName)];
    if (link.dn !== dn || link.username !== username) links.push({ ...link, dn, username });
  }
  return { unlinked, links, leavers: idSet(leavers), unreadable };
}

/** Of several usernames without an order, the stored one while the entry still has it. */
function presentUsername({ username, usernames }: DirectoryUser, link: UserLink): string | undefined {
  return usernames !== undefined && link.username !== undefined && usernames.includes(link.username)
    ? link.username
    : username;
}

/**
 * Finds the local users whom unmatched people may be. Without a unique identity, these include the users linked to that
 * identity or DN.
 */
function* possibleUserIds(
  unlinked: readonly Unlinked[],
  reasons: ReadonlyMap<number, MemberReason>,
  links: readonly UserLink[],
  similar: (person: DirectoryUser) => readonly { readonly id: number }[],
): Steps<ReadonlyMap<number, readonly number[]>> {
  const possible = new Map<number, readonly number[]>();
  const byDn = new Map<string, number>();
  const byId = new Map<string, number>();
  for (const [at, { ordinal, person }] of unlinked.entries()) {
    if (at % SLICE === 0) yield;
    const reason = reasons.get(ordinal);
    if (reason === undefined || reason === 'no_local_user') continue;
    const ids = new Set(similar(person).map(user => user.id));
    if (person.externalId === undefined || person.idIssue !== undefined) {
      if (byDn.size === 0) {
        yield* each(links, ({ dn, externalId, userId }) => {
          byDn.set(dn.toLowerCase(), userId);
          byId.set(externalId, userId);
        });
      }
      for (const id of [byId.get(person.sharedId ?? ''), byDn.get(person.dn.toLowerCase())])
        if (id !== undefined) ids.add(id);
    }
    if (ids.size > 0)
      possible.set(
        ordinal,
        [...ids].sort((one, other) => one - other),
      );
  }
  return possible;
}

/** An unknown vendor can have many. */
const SHOWN_STATES = 5;

function warningsAbout(unreadable: number, { unshownStates }: Snapshot): string[] {
  const flags = `the disabled flag of ${unreadable} people could not be read; they count as enabled`;
  const others = unshownStates.length - SHOWN_STATES;
  const states = `${unshownStates.slice(0, SHOWN_STATES).join(', ')}${others > 0 ? ` and ${others} others` : ''}`;
  const unshown = `no account shows ${states}, so all accounts count as enabled: let the bind account read and search it`;
  return [...(unreadable > 0 ? [flags] : []), ...(unshownStates.length > 0 ? [unshown] : [])];
}
