/**
 * Searches by identity for the people and groups that the plan considers absent or out of scope. If an access rule hides an
 * attribute, a search by this attribute does not find the entry, as if the entry did not exist.
 */
import type { CurrentState } from '../../model/current.ts';
import type { MembershipDoubt } from '../../model/doubt.ts';
import type { GroupChange } from '../../model/plan.ts';
import type { Denial, LastSeen, ReadTargets } from '../../model/read-targets.ts';
import type { DirectoryUser, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { PRIMARY } from '../../plan/doubt/evidence.ts';
import { denialsOf, leaversOf } from '../../plan/groups/denials.ts';
import { groupsToProve, valuesToDeny } from '../../plan/groups/proof-targets.ts';
import { peopleToAdd } from '../../plan/people/newcomers.ts';
import {
  type ConfirmationContext,
  identitiesOf,
  type PlannedRead,
  planWith,
  repeatedReadOptions,
  unlessTransient,
} from './confirmation-context.ts';

/** The maximum number of people, and of groups, in the search. The others stay in doubt. */
const MAX_ASKED = 2_000;
/** The maximum number of checks for members who would be removed only because of earlier answers. */
const MAX_ROUNDS = 3;
const NOT_ASKED = 'this run could not search for its identity: the next run does';

interface Wanted {
  /** People who would be removed and were not read: the last two complete reads did not find them, or this read is partial. */
  readonly absent: readonly ExternalId[];
  readonly people: readonly ExternalId[];
  /** People who were read and do not show their primary group. */
  readonly unshown: readonly ExternalId[];
  readonly scope: NonNullable<ReadTargets['scope']>;
  readonly naming: NonNullable<ReadTargets['naming']>;
  /** People who would be added. */
  readonly newcomers: readonly ExternalId[];
  readonly denials: readonly Denial[];
}

/**
 * Searches the whole directory for these identities, and plans again with the result. An entry that exists is not absent. If
 * it is not a configured person, or is outside the configured base, that is a fact.
 */
export async function searchByIdentity(
  confirmation: ConfirmationContext,
  seen: PlannedRead,
): Promise<PlannedRead> {
  const { readDirectory, input } = confirmation;
  const wanted = wantedBy(confirmation, seen);
  const { absent, people, unshown, scope, naming, newcomers, denials } = wanted;
  const others = people.length + unshown.length + scope.size + newcomers.length;
  if (others + denials.length === 0) return seen;
  const targets = {
    groups: [],
    people: [...people, ...unshown].slice(0, MAX_ASKED),
    ...(scope.size > 0 && { scope: new Map([...scope].slice(0, MAX_ASKED)), naming }),
    ...(absent.length + scope.size > 0 && { lastSeen: lastSeen(input.current, wanted) }),
    ...(newcomers.length > 0 && { newcomers }),
    ...(denials.length > 0 && { denials }),
  };
  const found = await unlessTransient(
    confirmation,
    readDirectory(input.settings, repeatedReadOptions(confirmation, seen, targets)),
  );
  if (found === undefined && absent.length + scope.size + newcomers.length + denials.length === 0)
    return { ...seen, snapshot: { ...seen.snapshot, unanswered: true } };
  if (found !== undefined && isConfirmed(found, wanted)) return seen;
  return denyRest(confirmation, await planWith(confirmation, joined(seen.snapshot, found, wanted)), denials);
}

/**
 * Whether the plan does not change: no person or group was searched for, every added account is enabled, the server denied
 * every value, and there are no former causes to delete.
 */
function isConfirmed(
  { hiddenStates, unshownStates, undenied, unanswered }: Snapshot,
  { people, unshown, scope, denials }: Wanted,
): boolean {
  if (people.length + unshown.length + scope.size + hiddenStates.size + unshownStates.length > 0)
    return false;
  const isDenied = undenied?.size === 0 && unanswered !== true;
  return isDenied && denials.every(({ former }) => Object.values(former).every(({ length }) => length === 0));
}

/** Checks the removals that only the new plan contains. Those that are unchecked after the last round are in doubt. */
async function denyRest(
  confirmation: ConfirmationContext,
  first: PlannedRead,
  before: readonly Denial[],
): Promise<PlannedRead> {
  const { readDirectory, input } = confirmation;
  const { current, settings } = input;
  const asked = new Set(questionsIn(before));
  let seen = first;
  for (let round = 1; ; round += 1) {
    const { snapshot, plan } = seen;
    const denials = newIn(denialsOf(plan, snapshot, current, settings), asked);
    if (denials.length === 0) return seen;
    for (const question of questionsIn(denials)) asked.add(question);
    const targets = { groups: [], people: [], denials };
    const found =
      round > MAX_ROUNDS
        ? undefined
        : await unlessTransient(
            confirmation,
            readDirectory(settings, repeatedReadOptions(confirmation, seen, targets)),
          );
    const left = found?.undenied ?? keysOf(denials);
    const undenied = new Set([...(snapshot.undenied ?? []), ...left]);
    const causesDenied = new Set([...(snapshot.causesDenied ?? []), ...deniedSources(denials, undenied)]);
    seen = await planWith(confirmation, { ...snapshot, undenied, causesDenied });
  }
}

function newIn(denials: readonly Denial[], asked: ReadonlySet<string>): Denial[] {
  return denials
    .map(denial => ({
      ...denial,
      members: denial.members.filter(member => !asked.has(JSON.stringify(member))),
    }))
    .filter(({ members }) => members.length > 0);
}

function questionsIn(denials: readonly Denial[]): string[] {
  return denials.flatMap(({ members }) => members.map(member => JSON.stringify(member)));
}

/** The groups that denied all checked members. The same searches denied their former causes of memberships. */
function deniedSources(denials: readonly Denial[], undenied: ReadonlySet<string>): string[] {
  return denials
    .filter(({ members }) => members.every(({ key }) => !undenied.has(key)))
    .flatMap(({ sources }) => sources);
}

function keysOf(denials: readonly Denial[]): string[] {
  return denials.flatMap(({ members }) => members.map(({ key }) => key));
}

function wantedBy(
  { input: { current, settings } }: ConfirmationContext,
  { snapshot, plan }: PlannedRead,
): Wanted {
  const read = new Set(snapshot.users.map(person => person.externalId));
  const shared = new Set(snapshot.users.map(person => person.sharedId));
  const unread = (userIds: readonly number[]) => identitiesOf(current, userIds).filter(id => !read.has(id));
  // A partial read reads no person whom the groups do not name. A hidden value may name the person by a new DN or username.
  const leaving = ({ facts }: GroupChange) => facts?.absent_twice ?? [];
  const absent = unread(plan.changes.flatMap(snapshot.whole ? leaving : leaversOf));
  const doubted = unread(plan.doubts.map(doubt => doubt.userId)).filter(id => !shared.has(id));
  const isUnshown = ({ keys }: MembershipDoubt) => keys.some(key => key.startsWith(PRIMARY));
  const unshown = plan.doubts.filter(isUnshown).map(doubt => doubt.userId);
  const scope = groupsToProve(plan, snapshot, current, settings);
  const newcomers = settings.users.includeDisabled ? [] : peopleToAdd(plan, current);
  return {
    absent,
    people: [...new Set([...absent, ...doubted])],
    unshown: identitiesOf(current, unshown),
    scope,
    naming: valuesToDeny(scope.keys(), snapshot, current, settings),
    newcomers,
    denials: denialsOf(plan, snapshot, current, settings),
  };
}

/** Returns where the last read found the people and groups whose absence would be a fact. */
function lastSeen({ links, groups }: CurrentState, { absent, scope }: Wanted): Map<ExternalId, LastSeen> {
  const people = new Set(absent);
  return new Map([
    ...links
      .filter(link => people.has(link.externalId))
      .map(({ externalId, dn, username }): [ExternalId, LastSeen] => [externalId, { dn, name: username }]),
    ...groups
      .filter(group => scope.has(group.externalId))
      .map(({ externalId, dn, cn }): [ExternalId, LastSeen] => [externalId, { dn, name: cn }]),
  ]);
}

/** Leaves out the entries that were read as people without an identity: the plan judges them by what they show. */
function unclearBeyond(
  { users }: Snapshot,
  { unclear }: Pick<Snapshot, 'unclear'>,
): [ExternalId, readonly string[]][] {
  if (unclear.size === 0) return [];
  const read = new Set(users.filter(user => user.idIssue === 'source_id_missing').map(user => user.dn));
  return [...unclear]
    .map(([id, dns]): [ExternalId, readonly string[]] => [id, dns.filter(dn => !read.has(dn))])
    .filter(([, dns]) => dns.length > 0);
}

/** Adds what was found to the snapshot. An identity that was not asked for, or without an answer, proves nothing. */
function joined(
  snapshot: Snapshot,
  found: Snapshot | undefined,
  { absent, people, unshown, scope, newcomers, denials }: Wanted,
): Snapshot {
  const wanted = new Set(people);
  const asked = found === undefined ? 0 : MAX_ASKED;
  const users = (found?.users ?? []).filter(
    ({ externalId }) => externalId !== undefined && wanted.has(externalId),
  );
  const undenied = found?.undenied ?? new Set(keysOf(denials));
  const unasked = [...scope.keys()].slice(asked).map((id): [ExternalId, string] => [id, NOT_ASKED]);
  const isLess = people.length + unshown.length > asked || unasked.length > 0;
  return {
    ...snapshot,
    users: [...withProofs(snapshot.users, found?.users ?? []), ...users],
    outside: new Map([...snapshot.outside, ...(found?.outside ?? [])]),
    unclear: new Map([
      ...snapshot.unclear,
      ...(found === undefined ? [] : unclearBeyond(snapshot, found)),
      ...absent.slice(asked).map((id): [ExternalId, readonly string[]] => [id, []]),
    ]),
    hiddenStates: new Set(found?.hiddenStates ?? newcomers),
    unshownStates: found?.unshownStates ?? [],
    undenied,
    causesDenied: new Set(deniedSources(denials, undenied)),
    unclearGroups: new Map([...(found?.unclearGroups ?? []), ...unasked]),
    unanswered: isLess || snapshot.unanswered === true || found?.unanswered !== false,
  };
}

/** Returns the same people in the same order. If a search showed that a person has no primary group, it counts as read. */
function withProofs(users: Snapshot['users'], found: Snapshot['users']): Snapshot['users'] {
  const proved = new Set(
    found.filter(user => user.primaryGroupUnread === false).map(user => user.externalId),
  );
  if (proved.size === 0) return users;
  const isProved = ({ externalId, primaryGroupUnread }: DirectoryUser) =>
    primaryGroupUnread === true && proved.has(externalId);
  return users.map(user => (isProved(user) ? { ...user, primaryGroupUnread: false } : user));
}
