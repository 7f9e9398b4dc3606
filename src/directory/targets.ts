/** Reads some groups and people again, known by their identity, wherever they are now. */
import { type Filter, OrFilter } from 'ldapts';
import { dnKey, isUnder } from '../dn/dn-key.ts';
import { inTurns } from '../in-turns.ts';
import type { ExternalId, ReadTargets, Snapshot } from '../model.ts';
import type { DirectorySettings } from '../settings.ts';
import { assemble } from './assemble.ts';
import { textsOf } from './entry.ts';
import { entryId, identityValue } from './identity.ts';
import { readMappings } from './mapping.ts';
import { type PagingOptions, searchAll } from './paging.ts';
import { completePart } from './partial.ts';
import { BATCH, equals, findByValue, groupsOf, usersOf } from './references.ts';
import { checkSession, openSession, type ReadOptions, type Session } from './session.ts';

type Outside = Map<ExternalId, { readonly dn: string }>;

/**
 * Those groups with all their members, and those people; nothing else, so the snapshot says nothing about others
 * (`whole: false`). Who is there and is no person of the configuration stands in `outside`. Who and what is not there is
 * simply missing.
 * @throws DirectoryError when anything could not be read whole
 */
export async function readTargets(
  settings: DirectorySettings,
  { groups, people }: ReadTargets,
  options: ReadOptions,
): Promise<Snapshot> {
  using session = await openSession(settings, options);
  const { collection, connection, marker, paging } = session;
  const { idAttribute } = collection.traits;
  const idValues = (ids: readonly ExternalId[]) => ids.map(id => identityValue(id, idAttribute));
  await findByValue(session, groupsOf(collection), idAttribute, idValues(groups));
  const mappingOf = await readMappings(
    connection,
    settings,
    idAttribute,
    paging,
    identified(idAttribute, groups),
  );
  await findByValue(session, usersOf(collection), idAttribute, idValues(people));
  const outside = await findOutside(session, people);
  await completePart(session);
  const stable = await checkSession(session);
  const contents = await inTurns(assemble(collection, mappingOf), options);
  const wanted = new Set(groups);
  // Those that are only nested in them stand in nobody's list; an identity that two show is asked of the entries.
  const isWanted = (_: unknown, index: number) =>
    wanted.has(collection.groups.entries[index]?.externalId ?? '');
  return {
    directory: settings.name,
    server: connection.url,
    idAttribute,
    whole: false,
    marker,
    stable,
    outside,
    referredTo: [...collection.referredTo.values()],
    counts: { ...collection.counts },
    ...contents,
    groups: contents.groups.filter(isWanted),
  };
}

/** In batches, of which one must match. */
function identified(attribute: string, ids: readonly ExternalId[]): Filter[] {
  const filters: Filter[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const some = ids.slice(at, at + BATCH).map(id => equals(attribute, identityValue(id, attribute)));
    filters.push(new OrFilter({ filters: some }));
  }
  return filters;
}

/** Of those who are no users, the ones that are somewhere in the directory. */
async function findOutside(session: Session, people: readonly ExternalId[]): Promise<Outside> {
  const { collection } = session;
  const { idAttribute } = collection.traits;
  const unread = () => people.filter(id => !collection.users.ids.has(id));
  const outside: Outside = new Map();
  // What a server refers to others for is no part of the configured bases, and casts no doubt on them.
  const { onPage, ...quiet } = session.paging;
  const paging: PagingOptions = {
    ...quiet,
    referrals: 'ignore',
    onPage: counts => onPage?.({ ...counts, references: 0, uris: [] }),
  };
  for (const base of contexts(session))
    for (const filter of identified(idAttribute, unread())) {
      const about = `below "${base}" for people by ${idAttribute}`;
      const search = { base, scope: 'sub', filter, attributes: [idAttribute], about } as const;
      await searchAll(session.connection, search, paging, entry => {
        const id = entryId(entry, idAttribute);
        if (id !== undefined) outside.set(id, { dn: entry.dn });
      });
    }
  const late = [...outside].filter(([, { dn }]) => isBelow(dn, collection.settings.users.baseDn));
  const values = late.map(([id]) => identityValue(id, idAttribute));
  await findByValue(session, usersOf(collection), idAttribute, values);
  for (const id of outside.keys()) if (collection.users.ids.has(id)) outside.delete(id);
  return outside;
}

/** An entry moves within its naming context only. */
function contexts({ root, collection: { settings } }: Session): readonly string[] {
  const bases = [settings.users.baseDn, settings.groups.baseDn];
  const own = textsOf(root, 'namingContexts').filter(
    context => dnKey(context) !== '' && bases.some(base => isBelow(base, context)),
  );
  return own.length > 0 ? own : bases;
}

function isBelow(dn: string, ancestor: string): boolean {
  const [key, ancestorKey] = [dnKey(dn), dnKey(ancestor)];
  return key !== undefined && ancestorKey !== undefined && isUnder(key, ancestorKey);
}
