/** Collects the users and groups of a read, in the order in which the server sends them. */
import { templateAttributes } from '../../mapping/template-attributes.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryUser, ExternalId, ReadCounts } from '../../model/snapshot.ts';
import type { Steps } from '../../steps/steps.ts';
import { dnKey } from '../../text/dn-key.ts';
import { primaryGroupKey } from '../entry/account.ts';
import { createDnTable, internEntry } from '../entry/dn-table.ts';
import { type Entry, otherTexts } from '../entry/entry.ts';
import { type GroupEntry, readGroup } from '../entry/group-entry.ts';
import type { Interners } from '../entry/member-values.ts';
import { readUser } from '../entry/user-entry.ts';
import { createUsernameTable } from '../entry/username-table.ts';
import type { Traits } from '../entry/vendor.ts';
import { dnOfUrl } from '../syntax/ldap-url.ts';
import { startUrlBudget, type UrlBudget } from './url-budget.ts';

/** The value in `byDn` for a DN without a known entry. */
export const NO_ENTRY = -1;

/** The entries of one kind. An entry can arrive twice if the directory changes during the read. */
export interface EntryTable<T> {
  readonly entries: T[];
  /** The index of an entry, by the number of its DN. */
  readonly byDn: number[];
  /** DNs that compare equal although their entries differ, with the indexes of those entries. */
  readonly ambiguous: Map<number, number[]>;
  /** By entry: the value that connects users and their primary group. */
  readonly primary: (string | undefined)[];
  readonly ids: Set<ExternalId>;
  /** Identities that more than one entry has. */
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
  /** By DN, as the database spells it: people who need not be read as long as they only stay members. */
  readonly stored: Map<string, DirectoryUser>;
  /** By index of the user: values of the username attribute other than the one in the entry's DN. */
  readonly secondNames: Map<number, readonly string[]>;
  /** By number of the DN: members that exist but are neither users nor groups, with their identity. */
  readonly notUsers: Map<number, ExternalId | undefined>;
  /** By number of the DN: members for which the server did not say whether they exist. */
  readonly doubts: Map<number, 'elsewhere' | 'unreadable'>;
  /** By number of the DN: possible nested groups that could not be read, with the reason. */
  readonly unreadGroups: Map<number, string>;
  /** By number of the DN: members whose search failed, so that not finding them proves nothing. */
  readonly notSearched: Set<number>;
  /** Whether the server did not answer a question about one group or member in time. */
  unanswered: boolean;
  /** The change marker at the end of the read. */
  lastMarker: string | undefined;
  /** DNs below which the server refers to other servers, by key. An empty DN: the reference does not name one. */
  readonly referredTo: Map<string, string>;
  /** Problems that do not change who is a member. */
  readonly remarks: string[];
  readonly counts: { -readonly [K in keyof ReadCounts]: ReadCounts[K] };
}

export function createCollection(settings: DirectorySettings, traits: Traits, now: number): Collection {
  return {
    settings,
    traits,
    templated: templateAttributes(settings.mappings),
    now,
    interners: {
      dns: createDnTable(),
      usernames: createUsernameTable(),
      maxValueBytes: settings.maxValueBytes,
    },
    urlBudget: startUrlBudget(settings, () => performance.now()),
    users: emptyTable(),
    groups: emptyTable(),
    stored: new Map(),
    secondNames: new Map(),
    notUsers: new Map(),
    doubts: new Map(),
    unreadGroups: new Map(),
    notSearched: new Set(),
    unanswered: false,
    lastMarker: undefined,
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
  const index = addEntry(to.users, internEntry(to.interners.dns, entry), user, primary);
  const others = otherTexts(entry, settings.users.username, user.username);
  if (others.length > 0) to.secondNames.set(index, others);
  else to.secondNames.delete(index);
  to.counts.users = to.users.entries.length;
}

/** Collects stored people instead of searching for them, from this number of a DN on. */
export function collectStored({ interners, users, groups, stored }: Collection, from: number): void {
  if (stored.size === 0) return;
  for (let number = from; number < interners.dns.texts.length; number += 1) {
    const person = stored.get(interners.dns.texts[number] ?? '');
    if (person !== undefined && !hasArrived(users, number) && !hasArrived(groups, number))
      addEntry(users, number, person, undefined);
  }
}

export function* collectGroup(to: Collection, entry: Entry): Steps<void> {
  const { settings, traits, templated, interners } = to;
  const primary = settings.groups.primaryGroup
    ? primaryGroupKey(entry, traits.primaryGroup.group)
    : undefined;
  const group = yield* readGroup(entry, settings, traits, templated, interners);
  addEntry(to.groups, internEntry(interners.dns, entry), group, primary);
  to.counts.groups = to.groups.entries.length;
  to.counts.memberValues += group.values.dns.length + group.values.usernames.length;
}

/** More places than these are recorded as one. */
const MAX_REFERENCES = 1000;

/** Records the DN below which the server refers to another server. */
export function collectReference({ referredTo }: Collection, uri: string): void {
  const dn = referredTo.size < MAX_REFERENCES ? dnOfUrl(uri) : '';
  referredTo.set(dnKey(dn) ?? '', dn);
}

/** Whether an entry with that DN number was collected. */
export function hasArrived({ byDn }: { readonly byDn: readonly number[] }, number: number): boolean {
  return (byDn[number] ?? NO_ENTRY) !== NO_ENTRY;
}

interface Identified {
  readonly externalId: ExternalId | undefined;
  readonly dn: string;
}

function emptyTable<T>(): EntryTable<T> {
  return { entries: [], byDn: [], ambiguous: new Map(), primary: [], ids: new Set(), repeated: new Set() };
}

function addEntry<T extends Identified>(
  table: EntryTable<T>,
  number: number,
  entry: T,
  primary: string | undefined,
): number {
  const { byDn } = table;
  // Fills the array without holes: V8 stores an array with large holes as slowly as a Map.
  while (byDn.length <= number) byDn.push(NO_ENTRY);
  const first = byDn[number] ?? NO_ENTRY;
  const known = first === NO_ENTRY ? NO_ENTRY : sameEntry(table, number, first, entry);
  if (known !== NO_ENTRY) {
    table.entries[known] = entry;
    table.primary[known] = primary;
    return known;
  }
  const index = table.entries.length;
  if (first === NO_ENTRY) byDn[number] = index;
  else addAmbiguous(table, number, first, index);
  table.entries.push(entry);
  table.primary.push(primary);
  addIdentity(table, entry.externalId);
  return index;
}

function addIdentity<T>({ ids, repeated }: EntryTable<T>, externalId: ExternalId | undefined): void {
  if (externalId === undefined) return;
  if (ids.has(externalId)) repeated.add(externalId);
  else ids.add(externalId);
}

/**
 * The index of the entry with this DN and this identity, or NO_ENTRY. The spelling must be equal too, because a server
 * can have two entries whose DNs have one key (ß and ss). An entry whose spelling changed during the read arrives
 * twice, and moved-entries.ts drops the first one.
 */
function sameEntry(
  { entries, ambiguous }: EntryTable<Identified>,
  number: number,
  first: number,
  { externalId, dn }: Identified,
): number {
  const spelling = dn.toLowerCase();
  const isSame = (index: number) =>
    entries[index]?.externalId === externalId && entries[index]?.dn.toLowerCase() === spelling;
  if (isSame(first)) return first;
  return ambiguous.get(number)?.find(isSame) ?? NO_ENTRY;
}

function addAmbiguous<T>({ ambiguous }: EntryTable<T>, number: number, known: number, index: number): void {
  const sharing = ambiguous.get(number);
  if (sharing) sharing.push(index);
  else ambiguous.set(number, [known, index]);
}
