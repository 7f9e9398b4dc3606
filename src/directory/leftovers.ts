/** Members that lead to no user and no group: those elsewhere may be looked up, of the others it is asked what they are. */
import { AndFilter, type Filter, NotFilter, OrFilter } from 'ldapts';
import { dnKey, isUnder } from '../dn/dn-key.ts';
import { DirectoryError } from '../errors.ts';
import { type Collection, collectUser, hasArrived } from './collect.ts';
import type { Connection } from './connect.ts';
import { type Entry, textsOf } from './entry.ts';
import { parseFilter } from './filter.ts';
import { internDn } from './interned-dns.ts';
import { lookUp } from './look-up.ts';
import { ownFailure } from './own-failure.ts';
import { searchAll } from './paging.ts';
import { BATCH, equals } from './references.ts';
import type { Session } from './session.ts';
import { userAttributes } from './users.ts';

interface Leftover {
  readonly number: number;
  readonly dn: string;
  readonly key: string;
  /** Not below users.baseDn. */
  readonly elsewhere: boolean;
}

/** What some strangers are is not worth more queries than so many take; whether they are members is. */
const MOST_ASKED = 10_000;

/**
 * With `users.outside: lookup`, reads the users among members that lie elsewhere. Of the rest it finds out, where the
 * server can search by DN, who is there and no user (`notUsers`).
 * @throws DirectoryError when the connection fails, or a referral is to end the read
 */
export async function readLeftovers(session: Session, connection: Connection): Promise<void> {
  const { users } = session.collection.settings;
  const filter = parseFilter(users.filter);
  if (users.outside === 'skip') {
    const some = leftovers(session.collection).slice(0, MOST_ASKED);
    const [here, elsewhere] = [some.filter(each => !each.elsewhere), some.filter(each => each.elsewhere)];
    await findStrangers(session, connection, here);
    await findStrangers(session, connection, elsewhere, new NotFilter({ filter }));
    return;
  }
  const elsewhere = () => leftovers(session.collection).filter(each => each.elsewhere);
  const collect = (entry: Entry) => collectUser(session.collection, entry);
  const attributes = userAttributes(session.collection.settings, session.collection.traits);
  await searchByDn(session, connection, elsewhere(), { filter, attributes, collect });
  await findStrangers(session, connection, leftovers(session.collection));
  for (const { number, dn } of elsewhere()) {
    const search = { base: dn, filter, attributes, about: 'for one member' };
    const found = await ownFailure(session, connection, () => lookUp(connection, search, session.paging));
    if (found instanceof DirectoryError) session.collection.unreadable.set(number, found.message);
    else if (found === undefined) session.collection.notUsers.add(number);
    else if (found !== 'missing') collect(found);
  }
}

/** Members by DN of which nothing is known yet. */
function leftovers({ interners, users, groups, notUsers, settings }: Collection): Leftover[] {
  const base = dnKey(settings.users.baseDn) ?? '';
  return interners.dns.texts.flatMap((dn, number) => {
    if (hasArrived(users, number) || hasArrived(groups, number) || notUsers.has(number)) return [];
    const key = dnKey(dn);
    return key ? [{ number, dn, key, elsewhere: !isUnder(key, base) }] : [];
  });
}

async function findStrangers(
  session: Session,
  connection: Connection,
  wanted: readonly Leftover[],
  filter: Filter = parseFilter('(objectClass=*)'),
): Promise<void> {
  const { interners, notUsers } = session.collection;
  const collect = ({ bytes, dnStart, dnEnd }: Entry) => {
    const number = internDn(interners.dns, bytes, dnStart, dnEnd);
    if (number !== undefined) notUsers.add(number);
  };
  await searchByDn(session, connection, wanted, { filter, attributes: ['1.1'], collect });
}

interface Wanted {
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly collect: (entry: Entry) => void;
}

/** In batches, below each of the server's naming contexts. A search that fails finds nothing, and is told. */
async function searchByDn(
  session: Session,
  connection: Connection,
  wanted: readonly Leftover[],
  { collect, ...search }: Wanted,
): Promise<void> {
  const { dnAttribute } = session.collection.traits;
  if (dnAttribute === undefined) return;
  for (const [base, dns] of byContext(session, wanted)) {
    for (let at = 0; at < dns.length; at += BATCH) {
      const names = new OrFilter({
        filters: dns.slice(at, at + BATCH).map(({ dn }) => equals(dnAttribute, dn)),
      });
      const filter = new AndFilter({ filters: [search.filter, names] });
      const about = `for members below "${base}" by ${dnAttribute}`;
      const batch = { base, scope: 'sub', filter, attributes: search.attributes, about } as const;
      const failed = await ownFailure(session, connection, () =>
        searchAll(connection, batch, session.paging, collect),
      );
      if (failed) session.collection.remarks.push(failed.message);
    }
  }
}

/** The most specific context counts: that of Active Directory's schema lies below that of its domain. */
function byContext({ root }: Session, wanted: readonly Leftover[]): Map<string, Leftover[]> {
  const contexts = textsOf(root, 'namingContexts')
    .map(dn => ({ dn, key: dnKey(dn) ?? '' }))
    .filter(({ key }) => key !== '')
    .toSorted((one, other) => other.key.length - one.key.length);
  const found = new Map<string, Leftover[]>();
  for (const each of wanted) {
    const context = contexts.find(({ key }) => isUnder(each.key, key));
    if (context === undefined) continue;
    const others = found.get(context.dn);
    if (others) others.push(each);
    else found.set(context.dn, [each]);
  }
  return found;
}
