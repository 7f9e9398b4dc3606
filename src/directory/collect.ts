/** What streams in while a directory is read: users and groups in the order of their arrival. */
import type { DirectoryUser, ReadCounts } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { primaryGroupKey } from './account.ts';
import type { Entry } from './entry.ts';
import { type GroupEntry, readGroup } from './groups.ts';
import { internEntry, startInterningDns } from './interned-dns.ts';
import { startInterningUsernames } from './interned-usernames.ts';
import type { Interners } from './member-values.ts';
import { templateAttributes } from './template.ts';
import { startUrlBudget, type UrlBudget } from './url-budget.ts';
import { readUser } from './users.ts';
import type { Traits } from './vendor.ts';

/** Stands in `byDn` where no entry has that DN, as far as is known. */
export const NOBODY = -1;

/** An entry may be met twice while a directory changes under the read. */
export interface Arrivals<T> {
  readonly entries: T[];
  /** The index of an entry, by the number of its DN. */
  readonly byDn: number[];
  /** DNs that two different entries share, as far as comparing goes. */
  readonly ambiguous: Set<number>;
  /** By entry: what ties users to their primary group. */
  readonly primary: (string | undefined)[];
}

export interface Collection {
  readonly settings: DirectorySettings;
  readonly traits: Traits;
  readonly templated: readonly string[];
  readonly now: number;
  readonly interners: Interners;
  readonly urlBudget: UrlBudget;
  readonly users: Arrivals<DirectoryUser>;
  readonly groups: Arrivals<GroupEntry>;
  /** By number of their DN: members that are there, but are no users and no groups. */
  readonly notUsers: Set<number>;
  /** By number of their DN: members of whom the server did not say whether they are there, with the reason. */
  readonly unreadable: Map<number, string>;
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
    notUsers: new Set(),
    unreadable: new Map(),
    remarks: [],
    counts: { queries: 0, entries: 0, users: 0, groups: 0, memberValues: 0, references: 0, bytes: 0 },
  };
}

export function collectUser(to: Collection, entry: Entry): void {
  const { settings, traits, now } = to;
  const primary = settings.groups.primaryGroup ? primaryGroupKey(entry, traits.primaryGroup.user) : undefined;
  arrive(to.users, internEntry(to.interners.dns, entry), readUser(entry, settings, traits, now), primary);
  to.counts.users = to.users.entries.length;
}

export function collectGroup(to: Collection, entry: Entry): void {
  const { settings, traits, templated, interners } = to;
  const primary = settings.groups.primaryGroup
    ? primaryGroupKey(entry, traits.primaryGroup.group)
    : undefined;
  const group = readGroup(entry, settings, traits, templated, interners);
  arrive(to.groups, internEntry(interners.dns, entry), group, primary);
  to.counts.groups = to.groups.entries.length;
  to.counts.memberValues += group.values.dns.length + group.values.usernames.length;
}

/** Whether an entry with the DN of that number has come. */
export function hasArrived({ byDn }: { readonly byDn: readonly number[] }, number: number): boolean {
  return (byDn[number] ?? NOBODY) !== NOBODY;
}

function nothing<T>(): Arrivals<T> {
  return { entries: [], byDn: [], ambiguous: new Set(), primary: [] };
}

function arrive<T extends { readonly externalId: string | undefined }>(
  arrivals: Arrivals<T>,
  number: number,
  entry: T,
  primary: string | undefined,
): void {
  const { byDn } = arrivals;
  // Without holes: V8 keeps an array with large ones as slowly as a Map.
  while (byDn.length <= number) byDn.push(NOBODY);
  const known = byDn[number] ?? NOBODY;
  if (known !== NOBODY && arrivals.entries[known]?.externalId === entry.externalId) {
    arrivals.entries[known] = entry;
    arrivals.primary[known] = primary;
    return;
  }
  if (known === NOBODY) byDn[number] = arrivals.entries.length;
  else arrivals.ambiguous.add(number);
  arrivals.entries.push(entry);
  arrivals.primary.push(primary);
}
