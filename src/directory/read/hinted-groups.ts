/**
 * Collects the groups that a read of some groups begins with: those that hinted entries may affect, or those with one name, and
 * groups that must be read together with these.
 */
import { AndFilter, type Filter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Hint, HintedEntries } from '../../model/watch.ts';
import { dnKey } from '../../text/dn-key.ts';
import { identityValue } from '../entry/identity.ts';
import { findByValue, groupsOf, usersOf } from '../members/references.ts';
import { valuesOf } from '../proof/member-filter.ts';
import { searchEntry } from '../search/entry-search.ts';
import { BATCH } from '../search/equality-filter.ts';
import { takenIn } from '../search/on-entry.ts';
import { searchAll, searchSome } from '../search/paged-search.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

/** For more groups than this, a read of the whole directory costs less. */
const MAX_GROUPS = 500;

interface Level {
  readonly dns: readonly string[];
  readonly usernames: readonly string[];
}

/**
 * Asks the directory which groups are above the hinted entries now, and adds those that the application knows. A stored copy
 * of the directory's groups could be wrong.
 * @throws DirectoryError `whole_read_needed` if a container was renamed or too many groups are affected; any other code if a
 * search failed
 */
export async function collectHinted(session: Session, hinted: HintedEntries): Promise<void> {
  const { collection } = session;
  const { settings, traits } = collection;
  const byIdentity = async (kind: ReturnType<typeof groupsOf>, ids: readonly string[]) => {
    const values = ids.map(id => identityValue(id, traits.idAttribute));
    await findByValue(session, kind, traits.idAttribute, values);
  };
  const ids = [...new Set(hinted.hints.flatMap(({ id }) => id ?? []))];
  const known = await hinted.known(hinted.hints);
  for (const hint of hinted.hints) await requireNoChildren(session, hint);
  await byIdentity(groupsOf(collection), ids);
  await byIdentity(usersOf(collection), ids);
  const users = collection.users.entries;
  const primary = collection.users.primary.filter(key => key !== undefined);
  if (settings.groups.primaryGroup)
    await findByValue(session, groupsOf(collection), traits.primaryGroup.group, primary);
  const dns = hinted.hints.flatMap(({ dn, oldDn }) => [dn ?? [], oldDn ?? []].flat());
  await collectAbove(session, {
    dns: [...dns, ...known.dns, ...[...users, ...collection.groups.entries].map(({ dn }) => dn)],
    usernames: [...known.usernames, ...users.flatMap(({ username }) => username ?? [])],
  });
  await byIdentity(groupsOf(collection), known.groups);
}

/** Collects the groups that must be read together with those that are collected. */
export async function collectRelated(
  session: Session,
  { related, hints }: Pick<HintedEntries, 'related' | 'hints'>,
): Promise<void> {
  const { groups, traits } = session.collection;
  const found = groups.entries.map(({ externalId, dn, name }) => ({ externalId, dn, name }));
  const ids = found.length === 0 ? [] : await related(found, hints);
  const values = ids.map(id => identityValue(id, traits.idAttribute));
  await findByValue(session, groupsOf(session.collection), traits.idAttribute, values);
}

/** Collects the groups with that DN, or if there are none, those with that name. */
export async function findGroups(session: Session, wanted: string): Promise<void> {
  const { collect, ...search } = groupsOf(session.collection);
  if (dnKey(wanted)) {
    const entry = await searchEntry(session.connection, { ...search, base: wanted }, session.paging);
    if (entry) await takenIn(collect(entry));
  }
  if (session.collection.groups.entries.length > 0) return;
  await findByValue(session, groupsOf(session.collection), session.collection.settings.groups.name, [wanted]);
}

/** The entries below a renamed container are not reported. */
async function requireNoChildren({ connection, paging }: Session, { dn, oldDn }: Hint): Promise<void> {
  if (dn === undefined || oldDn === undefined) return;
  const filter = parseFilter('(objectClass=*)');
  const search = { base: dn, scope: 'one', filter, attributes: ['1.1'] } as const;
  try {
    const { entries } = await searchSome(connection, search, { ...paging, pageSize: 1 });
    if (entries.length === 0) return;
  } catch (error) {
    // The entry was moved again or deleted: another hint says so.
    if (error instanceof DirectoryError && error.code === 'base_missing') return;
    throw error;
  }
  throw new DirectoryError('whole_read_needed', `${oldDn} was moved to ${dn}, with the entries below it.`);
}

/** Collects the groups that have these members, and the groups above them. */
async function collectAbove(session: Session, seeds: Level): Promise<void> {
  const { groups } = session.collection;
  const { nested } = session.collection.settings.groups;
  const seen = new Set<string>();
  let level = unseen(seeds, seen);
  while (level.dns.length + level.usernames.length > 0) {
    const before = groups.entries.length;
    await collectGroupsOf(session, level);
    if (groups.entries.length > MAX_GROUPS) throw tooMany(groups.entries.length);
    const above = groups.entries.slice(before).map(({ dn }) => dn);
    level = unseen({ dns: nested ? above : [], usernames: [] }, seen);
  }
}

function unseen({ dns, usernames }: Level, seen: Set<string>): Level {
  const fresh = dns.filter(dn => {
    const key = dnKey(dn);
    if (key === undefined || key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { dns: fresh, usernames: [...new Set(usernames)] };
}

async function collectGroupsOf({ collection, connection, paging }: Session, level: Level): Promise<void> {
  const { base, filter, attributes, collect } = groupsOf(collection);
  // Equality is indexed. A username in another letter case is found in the database, or by a scheduled run.
  const values = valuesOf(level, collection.settings.groups.members, false);
  for (let at = 0; at < values.length; at += BATCH) {
    const some: Filter = new OrFilter({ filters: values.slice(at, at + BATCH) });
    const both = new AndFilter({ filters: [filter, some] });
    const about = `for groups of changed entries below "${base}"`;
    await searchAll(connection, { base, scope: 'sub', filter: both, attributes, about }, paging, collect);
  }
}

function tooMany(count: number): DirectoryError {
  return new DirectoryError('whole_read_needed', `At least ${count} groups are affected by the changes.`);
}
