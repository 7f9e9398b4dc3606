/** Builds the users and groups of a snapshot from the collected entries. Pure. */
import { DirectoryError } from '../../errors.ts';
import type {
  DirectoryGroup,
  DirectoryUser,
  EntryChange,
  GroupCauses,
  Members,
  Snapshot,
} from '../../model/snapshot.ts';
import { indexed, mapped, type Steps } from '../../steps/steps.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { withIdIssues } from '../entry/identity.ts';
import type { Collection } from '../session/collection.ts';
import { isAhead } from '../session/marker-order.ts';
import { type Flat, flatten } from './flatten.ts';
import { type Resolved, resolveGroups } from './resolve.ts';

/** The part of a snapshot that follows from the collected entries. */
export type Contents = Pick<
  Snapshot,
  'users' | 'groups' | 'references' | 'causes' | 'changes' | 'ahead' | 'unanswered' | 'warnings'
>;

/** @param mappingOf returns the index of the mapping of a group */
export function* assemble(
  collection: Collection,
  mappingOf: (group: GroupEntry) => number | undefined,
): Steps<Contents> {
  const entries = collection.groups.entries;
  const { resolved, references } = yield* resolveGroups(collection);
  const { flat, cycles } = yield* flatten(resolved, collection.settings.groups.maxDepth, group =>
    dnOf(entries, group),
  );
  const groups = yield* mapped(entries, (entry, index): DirectoryGroup => {
    const { values: _, changedAt: __, urls: ___, bitStrings: ____, ...group } = entry;
    return { ...group, mapping: mappingOf(entry), members: membersOf(flat[index], resolved[index]) };
  });
  const users = withIdIssues(collection.users.entries, collection.users.repeated);
  yield;
  const marked = withIdIssues(groups, collection.groups.repeated);
  const warnings = warningsOf(collection, users, marked, cycles);
  const { unanswered } = collection;
  const causes = yield* causesOf(resolved, collection.groups, marked);
  const changes = changesOf(entries);
  const ahead = aheadOf(changes, collection.lastMarker);
  return { users, groups: marked, references, causes, changes, ahead, unanswered, warnings };
}

function aheadOf(changes: ReadonlyMap<string, EntryChange>, marker = ''): ReadonlySet<string> {
  const ahead = [...changes].filter(([, { changedAt }]) => isAhead(changedAt, marker));
  return new Set(ahead.map(([dn]) => dn));
}

function changesOf(entries: readonly GroupEntry[]): ReadonlyMap<string, EntryChange> {
  const changes = new Map<string, EntryChange>();
  for (const { dn, externalId, changedAt } of entries)
    if (externalId !== undefined && changedAt !== undefined) changes.set(dn, { externalId, changedAt });
  return changes;
}

function* causesOf(
  resolved: readonly Resolved[],
  { entries, primary }: Collection['groups'],
  marked: readonly DirectoryGroup[],
): Steps<ReadonlyMap<string, GroupCauses>> {
  return yield* indexed(entries, ({ dn, urls, bitStrings }, index) => {
    const nested = Array.from(resolved[index]?.groups ?? [], group => dnOf(entries, group));
    return [dn, { externalId: marked[index]?.externalId, nested, urls, bitStrings, number: primary[index] }];
  });
}

function membersOf(flat: Flat | undefined, resolved: Resolved | undefined): Members {
  if (flat?.kind !== 'complete') return flat ?? { kind: 'unknown', reason: 'it was not flattened' };
  return { ...flat, unresolved: resolved?.unresolved ?? [] };
}

/**
 * Checks that the server shows identities. Does not run for entries that were requested by identity: a server can
 * search by an attribute that it does not show.
 * @throws DirectoryError `id_attribute` if no entry has the identity attribute
 */
export function requireIdentities({ traits, users, groups }: Collection): void {
  const isIdentified = (entry: Pick<DirectoryUser, 'externalId' | 'stored'>) =>
    entry.externalId !== undefined && entry.stored !== true;
  const count = users.entries.length + groups.entries.length;
  if (count === 0 || users.entries.some(isIdentified) || groups.entries.some(isIdentified)) return;
  const message =
    `None of ${count} entries shows a usable ${traits.idAttribute}. ` +
    'Give the account read access to that attribute, or set idAttribute to the one that this server has.';
  throw new DirectoryError('id_attribute', message, { permanent: true });
}

function warningsOf(
  collection: Collection,
  users: readonly DirectoryUser[],
  groups: readonly DirectoryGroup[],
  cycles: readonly (readonly number[])[],
): string[] {
  const { traits } = collection;
  const doubtful = [...users.filter(hasIssue), ...groups.filter(hasIssue)];
  const missing = doubtful.filter(entry => entry.idIssue === 'source_id_missing').length;
  const shared = doubtful.length - missing;
  const unreadable = users.filter(user => user.disabled === undefined);
  const attributes = new Set(unreadable.map(user => user.stateAttribute));
  return [
    ...collection.remarks,
    ...ignoredReferences(collection),
    ...counted(missing, `entries have no usable ${traits.idAttribute} and are ignored`),
    ...counted(shared, `entries share their ${traits.idAttribute} with another and are ignored`),
    ...counted(
      unreadable.length,
      `accounts do not show whether they are disabled (${[...attributes].join(', ')})`,
    ),
    ...severalNames(users, groups),
    ...cycles.map(cycle => `groups contain each other: ${someOf(cycle, collection.groups.entries)}`),
  ];
}

function hasIssue({ idIssue }: { readonly idIssue?: string }): boolean {
  return idIssue !== undefined;
}

/** Names the entries whose name depends on values without an order. */
function severalNames(users: readonly DirectoryUser[], groups: readonly DirectoryGroup[]): string[] {
  const people = users.filter(({ usernames }) => usernames !== undefined);
  const named = groups.filter(({ choices }) => choices !== undefined);
  const all = [...people, ...named];
  const some = all.slice(0, MAX_NAMED).map(({ dn }) => `"${dn}"`);
  return counted(
    all.length,
    `entries have several values of the attribute that names them, none of them in the DN, so the present one or the smallest counts: ${some.join(', ')}`,
  );
}

const MAX_NAMED = 3;

/** Names the places below which entries were not read. */
function ignoredReferences({ counts, referredTo }: Collection): string[] {
  const places = [...referredTo.values()].filter(dn => dn !== '');
  const named = places.slice(0, MAX_NAMED).map(dn => `"${dn}"`);
  const others = places.length - named.length;
  const below = named.length > 0 ? `, for entries below ${named.join(', ')}` : '';
  const more = others > 0 ? ` and ${others} other places` : '';
  return counted(counts.references, `references to other servers were ignored${below}${more}`);
}

function counted(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}

function someOf(cycle: readonly number[], entries: readonly GroupEntry[]): string {
  const names = cycle.slice(0, 3).map(group => dnOf(entries, group));
  const others = cycle.length - names.length;
  return `${names.join(' | ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function dnOf(entries: readonly GroupEntry[], group: number): string {
  return entries[group]?.dn ?? '';
}
