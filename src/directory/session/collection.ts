/** What streams in while a directory is read: users and groups in the order of their arrival. */
import { templateAttributes } from '../../mapping/template-attributes.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryUser, ExternalId, ReadCounts } from '../../model/snapshot.ts';
import type { Steps } from '../../steps/steps.ts';
import { dnKey } from '../../text/dn-key.ts';
import { primaryGroupKey } from '../entry/account.ts';
import { internEntry, startInterningDns } from '../entry/dn-table.ts';
import { type Entry, otherTexts } from '../entry/entry.ts';
import { type GroupEntry, readGroup } from '../entry/group-entry.ts';
import type { Interners } from '../entry/member-values.ts';
import { readUser } from '../entry/user-entry.ts';
import { startInterningUsernames } from '../entry/username-table.ts';
import type { Traits } from '../entry/vendor.ts';
import { dnOfUrl } from '../syntax/ldap-url.ts';
import { startUrlBudget, type UrlBudget } from './url-budget.ts';

/** Stands in `byDn` where no entry has that DN, as far as is known. */
export const NO_ENTRY = -1;

/** An entry may be met twice while a directory changes under the read. */
export interface EntryTable<T> {
  readonly entries: T[];
  /** The index of an entry, by the number of its DN. */
  readonly byDn: number[];
  /** DNs that different entries share, as far as comparing goes, with the indexes of those. */
  readonly ambiguous: Map<number, number[]>;
  /** By entry: what ties users to their primary group. */
  readonly primary: (string | undefined)[];
  readonly ids: Set<ExternalId>;
  /** Identities that several entries show. */
  readonly repeated: Set<ExternalId>;
}

export interface Collection {
  readonly settings: DirectorySettings;
  readonly traits: Traits;
  readonly templated: readonly string[];
  readonly now: number;
  readonly interners: Interners;
  readonly urlBudget: UrlBudget;
  readonly users: EntryTable<DirectoryUser>;
  readonly groups: EntryTable<GroupEntry>;
  /** By index of the user: values of the username attribute beside the one that names the entry. */
  readonly secondNames: Map<number, readonly string[]>;
  /** By number of their DN: members that are there, but are no users and no groups, with their identity. */
  readonly notUsers: Map<number, ExternalId | undefined>;
  /** By number of their DN: members of whom the server did not say whether they are there. */
  readonly doubts: Map<number, 'elsewhere' | 'unreadable'>;
  /** By number of their DN: what may be a nested group and could not be read, with the reason. */
  readonly unreadGroups: Map<number, string>;
  /** By number of their DN: they were asked about in a search that failed, so that its silence proves nothing. */
  readonly unasked: Set<number>;
  /** DNs below which the server refers to others, by their keys; empty where a reference does not say. */
  readonly referredTo: Map<string, string>;
  /** What went wrong without changing who is a member. */
  readonly remarks: string[];
  readonly counts: { -readonly [K in keyof ReadCounts]: ReadCounts[K] };
}

export function startCollecting(settings: DirectorySettings, traits: Traits, now: number): Collection {
  return {
    settings,
    traits,
    templated: templateAttributes(settings.mappings),
    now,
    interners: {
      dns: startInterningDns(),
      usernames: startInterningUsernames(),
      maxValueBytes: settings.maxValueBytes,
    },
    urlBudget: startUrlBudget(settings, () => performance.now()),
    users: nothing(),
    groups: nothing(),
    secondNames: new Map(),
    notUsers: new Map(),
    doubts: new Map(),
    unreadGroups: new Map(),
    unasked: new Set(),
    referredTo: new Map(),
    remarks: [],
    counts: { queries: 0, entries: 0, users: 0, groups: 0, memberValues: 0, references: 0, bytes: 0 },
  };
}

export function collectUser(to: Collection, entry: Entry): undefined {
  const { settings, traits, now } = to;
  const { primaryGroup } = settings.groups;
  const primary = primaryGroup ? primaryGroupKey(entry, traits.primaryGroup.user) : undefined;
  const read = readUser(entry, settings, traits, now);
  const user: DirectoryUser =
    primaryGroup && primary === undefined ? { ...read, primaryGroupUnread: true } : read;
  const index = arrive(to.users, internEntry(to.interners.dns, entry), user, primary);
  const others = otherTexts(entry, settings.users.username, user.username);
  if (others.length > 0) to.secondNames.set(index, others);
  else to.secondNames.delete(index);
  to.counts.users = to.users.entries.length;
}

export function* collectGroup(to: Collection, entry: Entry): Steps<void> {
  const { settings, traits, templated, interners } = to;
  const primary = settings.groups.primaryGroup
    ? primaryGroupKey(entry, traits.primaryGroup.group)
    : undefined;
  const group = yield* readGroup(entry, settings, traits, templated, interners);
  arrive(to.groups, internEntry(interners.dns, entry), group, primary);
  to.counts.groups = to.groups.entries.length;
  to.counts.memberValues += group.values.dns.length + group.values.usernames.length;
}

/** More places than these are not told apart. */
const MOST_REFERENCES = 1000;

/** Remembers what a server refers to other servers for. */
export function collectReference({ referredTo }: Collection, uri: string): void {
  const dn = referredTo.size < MOST_REFERENCES ? dnOfUrl(uri) : '';
  referredTo.set(dnKey(dn) ?? '', dn);
}

/** Whether an entry with the DN of that number has come. */
export function hasArrived({ byDn }: { readonly byDn: readonly number[] }, number: number): boolean {
  return (byDn[number] ?? NO_ENTRY) !== NO_ENTRY;
}

function nothing<T>(): EntryTable<T> {
  return { entries: [], byDn: [], ambiguous: new Map(), primary: [], ids: new Set(), repeated: new Set() };
}

function arrive<T extends { readonly externalId: string | undefined }>(
  arrivals: EntryTable<T>,
  number: number,
  entry: T,
  primary: string | undefined,
): number {
  const { byDn } = arrivals;
  // Without holes: V8 keeps an array with large ones as slowly as a Map.
  while (byDn.length <= number) byDn.push(NO_ENTRY);
  const first = byDn[number] ?? NO_ENTRY;
  const known = first === NO_ENTRY ? NO_ENTRY : sameEntry(arrivals, number, first, entry.externalId);
  if (known !== NO_ENTRY) {
    arrivals.entries[known] = entry;
    arrivals.primary[known] = primary;
    return known;
  }
  const index = arrivals.entries.length;
  if (first === NO_ENTRY) byDn[number] = index;
  else share(arrivals, number, first, index);
  arrivals.entries.push(entry);
  arrivals.primary.push(primary);
  identify(arrivals, entry.externalId);
  return index;
}

function identify<T>({ ids, repeated }: EntryTable<T>, externalId: ExternalId | undefined): void {
  if (externalId === undefined) return;
  if (ids.has(externalId)) repeated.add(externalId);
  else ids.add(externalId);
}

/** Of those that came with that DN, the index of the one with that identity. */
function sameEntry(
  { entries, ambiguous }: EntryTable<{ readonly externalId: string | undefined }>,
  number: number,
  first: number,
  externalId: string | undefined,
): number {
  if (entries[first]?.externalId === externalId) return first;
  return ambiguous.get(number)?.find(index => entries[index]?.externalId === externalId) ?? NO_ENTRY;
}

function share<T>({ ambiguous }: EntryTable<T>, number: number, known: number, index: number): void {
  const sharing = ambiguous.get(number);
  if (sharing) sharing.push(index);
  else ambiguous.set(number, [known, index]);
}
