/**
 * Proves that a group does not name a member. An access rule can hide one value of an attribute, and the group looks as
 * if the member had been removed. So the server must deny the value itself: for a value that the account may not read,
 * the filter evaluates to Undefined, as does its negation (RFC 4511 section 4.5.1.7), and finds nothing.
 */
import { type Filter, NotFilter, OrFilter } from 'ldapts';
import type { Denial, DeniedMember } from '../../model/read-targets.ts';
import { isUsernames } from '../entry/member-values.ts';
import { atOnce } from '../search/at-once.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import type { Session } from '../session/session.ts';
import { knownAttributes } from './attribute-types.ts';
import { confirms, isMissing } from './confirms.ts';
import { deniedTogether } from './denied-together.ts';
import { withGroupDns } from './group-dns.ts';
import { valuesOf } from './member-filter.ts';
import { primaryMembers } from './primary-members.ts';
import { filtersAbout } from './url-filters.ts';

/** More entries than these are not looked up in one run: they may exist. */
const MAX_LOOKED_UP = 1000;

/**
 * The keys of the members whom a group may name. Active Directory is not asked about values: there an attribute that the
 * account may not read does not exist, so it would deny every value. It is only asked for the primary groups of the members.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function findUndenied(
  session: Session,
  denials: readonly Denial[],
): Promise<ReadonlySet<string>> {
  const { settings, traits } = session.collection;
  const open: Denial[] = [];
  const undenied: string[] = [];
  const isGone = existence(session);
  for (const denial of denials)
    if (await areAll(denial.unfound, isGone)) open.push(denial);
    else undenied.push(...denial.members.map(({ key }) => key));
  if (traits.backLink !== undefined) return new Set([...undenied, ...(await primaryMembers(session, open))]);
  if (open.length === 0) return new Set(undenied);
  const attributes = await knownAttributes(session, session.connection, settings.groups.members);
  const complete = membersWithGroupDns(session, attributes);
  const completed = await atOnce(open, async denial => ({ ...denial, members: await complete(denial) }));
  const denied = await deniedTogether(session, completed, attributes);
  const left = await atOnce(completed, denial => undeniedIn(session, denial, attributes, denied));
  return new Set([...undenied, ...left.flat()]);
}

async function undeniedIn(
  session: Session,
  denial: Denial,
  attributes: readonly string[],
  denied: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { members, groups } = denial;
  if (!(await areFormerDenied(session, denial, attributes))) return members.map(({ key }) => key);
  const undenied = await undeniedByEntries(session, denial);
  for (const dn of groups) {
    if (denied.has(dn)) continue;
    const group = { dn, attributes, anyCase: true };
    for (let at = 0; at < members.length; at += BATCH) {
      const left = await undeniedBy(session, group, members.slice(at, at + BATCH));
      undenied.push(...left.map(({ key }) => key));
    }
  }
  return undenied;
}

/** Returns a function that says whether the server answers that no entry has a DN. Each is looked up once. */
function existence(session: Session): (dn: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async dn => {
    const before = known.get(dn);
    if (before !== undefined || known.size >= MAX_LOOKED_UP) return before === true;
    const isGone = await isMissing(session, session.connection, dn);
    known.set(dn, isGone);
    return isGone;
  };
}

async function areAll(dns: readonly string[], isSo: (dn: string) => Promise<boolean>): Promise<boolean> {
  for (const dn of dns) if (!(await isSo(dn))) return false;
  return true;
}

/** Whether the groups certainly no longer have the values that caused memberships before. */
async function areFormerDenied(
  session: Session,
  { groups, former: { dns, urls, bitStrings } }: Denial,
  attributes: readonly string[],
): Promise<boolean> {
  const filters = [
    ...valuesOf({ dns, usernames: [] }, attributes, false),
    ...urls.map(url => equals('memberURL', url)),
    ...bitStrings.map(value => equals('uniqueMember', value)),
  ];
  for (const dn of groups)
    for (let at = 0; at < filters.length; at += BATCH)
      if (!(await isNone(session, dn, filters.slice(at, at + BATCH)))) return false;
  return true;
}

/** The keys of the members whose entries do not deny a former username, the filters of the memberURLs, or a primary group. */
async function undeniedByEntries(session: Session, { members, urls, numbers }: Denial): Promise<string[]> {
  const { settings, traits } = session.collection;
  const primary = numbers.map(number => equals(traits.primaryGroup.user, number));
  const found: string[] = [];
  for (const { key, entry, former, lookalikes = [] } of members)
    for (const dn of entry === undefined ? lookalikes : [entry]) {
      const names = entry === undefined ? [] : former.map(name => equals(settings.users.username, name));
      const filters = [...names, ...filtersAbout(dn, urls), ...primary];
      if (filters.length > 0 && !(await isNone(session, dn, filters))) found.push(key);
    }
  return found;
}

/** A person who is a member of several of the groups is completed once. */
function membersWithGroupDns(session: Session, attributes: readonly string[]) {
  const completed = new Map<string, Promise<DeniedMember>>();
  const completedOf = async (member: DeniedMember) => {
    const key = JSON.stringify([member.dns, member.usernames]);
    const known = completed.get(key) ?? withGroupDns(session, member, attributes);
    completed.set(key, known);
    const { dns } = await known;
    return { ...member, dns };
  };
  return async ({ members, complete }: Denial) => (complete ? members : atOnce(members, completedOf));
}

interface Group {
  readonly dn: string;
  readonly attributes: readonly string[];
  /** The server is asked to compare usernames in any letter case. */
  readonly anyCase: boolean;
}

/** Whether the server evaluates the comparison for this group. No username consists of this text. */
async function ignoresCase(session: Session, { dn, attributes }: Group): Promise<boolean> {
  const names = attributes.filter(isUsernames);
  const filters = valuesOf({ dns: [], usernames: ['-'] }, names, true);
  return filters.length > 0 && (await isNone(session, dn, filters));
}

/**
 * Halves the members until each is denied or alone. A group that denies no value at all is asked once. Most groups deny
 * all members at once, also in any letter case, so the support for that comparison is checked afterwards.
 */
async function undeniedBy(
  session: Session,
  group: Group,
  members: readonly DeniedMember[],
): Promise<readonly DeniedMember[]> {
  if (await isDenied(session, group, members)) return [];
  if (group.anyCase && !(await ignoresCase(session, group)))
    return undeniedBy(session, { ...group, anyCase: false }, members);
  const isMute = !(await isDenied(session, group, [valueOfNone(session)]));
  return isMute ? members : await halve(session, group, members);
}

async function halve(
  session: Session,
  group: Group,
  members: readonly DeniedMember[],
): Promise<readonly DeniedMember[]> {
  if (members.length < 2) return members;
  const middle = members.length >> 1;
  const left: DeniedMember[] = [];
  for (const half of [members.slice(0, middle), members.slice(middle)])
    if (!(await isDenied(session, group, half))) left.push(...(await halve(session, group, half)));
  return left;
}

/** No group has a base of the configuration as a member. */
function valueOfNone({ collection: { settings } }: Session): DeniedMember {
  return { key: '', id: '', dns: [settings.groups.baseDn], usernames: [], former: [], entry: undefined };
}

async function isDenied(session: Session, group: Group, members: readonly DeniedMember[]): Promise<boolean> {
  const filters = members.flatMap(member => valuesOf(member, group.attributes, group.anyCase));
  return filters.length === 0 || (await isNone(session, group.dn, filters));
}

/** Whether the server says that none of these filters matches the entry. */
async function isNone(session: Session, dn: string, filters: Filter[]): Promise<boolean> {
  const filter = new NotFilter({ filter: new OrFilter({ filters }) });
  return confirms(session, session.connection, dn, filter);
}
