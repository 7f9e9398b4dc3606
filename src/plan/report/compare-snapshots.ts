/** Compares what two reads found: people, groups and members that came, went or changed. Pure. */
import type { DirectoryGroup, DirectoryUser, Snapshot } from '../../model/snapshot.ts';

/** A person or a group that is in one read only. */
export interface FoundEntry {
  readonly dn: string;
  readonly name: string;
}

export interface ChangedEntry extends FoundEntry {
  /** The facts that differ, before and after. */
  readonly changes: Readonly<Record<string, readonly [before: string, after: string]>>;
}

export interface EntryDifference {
  readonly came: readonly FoundEntry[];
  readonly went: readonly FoundEntry[];
  readonly changed: readonly ChangedEntry[];
}

export interface MemberDifference extends FoundEntry {
  readonly came: readonly string[];
  readonly went: readonly string[];
}

export interface SnapshotDifference {
  readonly people: EntryDifference;
  readonly groups: EntryDifference;
  /** Of groups whose members are known in both reads, with nested groups flattened. */
  readonly members: readonly MemberDifference[];
}

/** Entries are the same if they have the same identity, or without one the same DN. */
export function compareSnapshots(before: Snapshot, after: Snapshot): SnapshotDifference {
  const groups = byIdentity(before.groups);
  return {
    people: compareEntries(before.users, after.users, personFacts),
    groups: compareEntries(before.groups, after.groups, groupFacts),
    members: after.groups.flatMap(group => {
      const earlier = groups.get(identityOf(group));
      if (earlier === undefined) return [];
      return compareMembers(membersOf(before, earlier), membersOf(after, group), group);
    }),
  };
}

/** Whether the reads found the same. */
export function isUnchanged({ people, groups, members }: SnapshotDifference): boolean {
  const entries = [people, groups].flatMap(({ came, went, changed }) => [...came, ...went, ...changed]);
  return entries.length + members.length === 0;
}

interface Identified {
  readonly externalId: string | undefined;
  readonly dn: string;
}

function identityOf({ externalId, dn }: Identified): string {
  return externalId ?? dn;
}

function byIdentity<Each extends Identified>(all: readonly Each[]): Map<string, Each> {
  return new Map(all.map(each => [identityOf(each), each]));
}

type Facts = Readonly<Record<string, string>>;

function compareEntries<Each extends Identified>(
  before: readonly Each[],
  after: readonly Each[],
  factsOf: (each: Each) => Facts,
): EntryDifference {
  const earlier = byIdentity(before);
  const later = byIdentity(after);
  const shown = (each: Each) => ({ dn: each.dn, name: factsOf(each)['name'] || each.dn });
  return {
    came: [...later].filter(([id]) => !earlier.has(id)).map(([, each]) => shown(each)),
    went: [...earlier].filter(([id]) => !later.has(id)).map(([, each]) => shown(each)),
    changed: [...later].flatMap(([id, each]) => {
      const old = earlier.get(id);
      const changes = old === undefined ? {} : changesOf(factsOf(old), factsOf(each));
      return Object.keys(changes).length === 0 ? [] : [{ ...shown(each), changes }];
    }),
  };
}

function changesOf(before: Facts, after: Facts): ChangedEntry['changes'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap(name => {
      const [was = '', is = ''] = [before[name], after[name]];
      return was === is ? [] : [[name, [was, is] as const]];
    }),
  );
}

function personFacts({ dn, username, email, fullName, disabled }: DirectoryUser): Facts {
  return {
    dn,
    name: username ?? '',
    email: email ?? '',
    fullName: fullName ?? '',
    disabled: disabled === undefined ? 'unknown' : `${disabled}`,
  };
}

function groupFacts({ dn, name, mapping, members, attributes }: DirectoryGroup): Facts {
  return {
    ...attributes,
    dn,
    name: name ?? '',
    mapping: mapping === undefined ? '' : `${mapping}`,
    members: members.kind === 'unknown' ? `unknown: ${members.reason}` : '',
  };
}

/** Names by identity; undefined: unknown. */
type MemberNames = ReadonlyMap<string, string> | undefined;

function membersOf({ users }: Snapshot, { members }: DirectoryGroup): MemberNames {
  if (members.kind === 'unknown') return undefined;
  return new Map(
    [...members.users].flatMap(ordinal => {
      const user = users[ordinal];
      return user === undefined ? [] : [[identityOf(user), user.username ?? user.dn] as const];
    }),
  );
}

function compareMembers(before: MemberNames, after: MemberNames, group: DirectoryGroup): MemberDifference[] {
  if (before === undefined || after === undefined) return [];
  const came = [...after].filter(([id]) => !before.has(id)).map(([, name]) => name);
  const went = [...before].filter(([id]) => !after.has(id)).map(([, name]) => name);
  return came.length + went.length === 0 ? [] : [{ dn: group.dn, name: group.name ?? group.dn, came, went }];
}
